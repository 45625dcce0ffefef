"""Scan a whole network in namespaces of the test, where every frame of the program is captured."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import find_tool
from tests.engine.sockets import watched
from tests.engine.stage import Watcher
from tests.peers.namespaces import clinic
from wizard.engine.discover import address_ranges, port_scan, scan
from wizard.engine.discover.scan import ScanRecord
from wizard.engine.job import Control, Job

pytestmark = [pytest.mark.namespaces, pytest.mark.dcmtk]


def storescp(folder: Path, port: int) -> list[str]:
    path = find_tool("storescp")
    assert path
    return [path, "-od", str(folder), str(port)]


def test_by_command_the_pacs_of_a_network_is_found_and_nobody_outside_the_range_is_contacted(tmp_path: Path) -> None:
    network, ports = "198.51.100.0/28", [104, 11112]
    look = ["-m", "wizard", "discover", "--network", network, "--ports", "104,11112", "--json"]
    with clinic(7, 9) as place, place.server("198.51.100.7", 104, *storescp(tmp_path, 104)), place.hearing() as heard:
        done = subprocess.run(place.command(sys.executable, *look), capture_output=True, timeout=60)
    record = json.loads(done.stdout)
    assert (done.returncode, record["exit_code"]) == (0, 0), done.stderr
    # The PACS has all addresses of the clinic: .1, .7 and .9. The other eleven are silent.
    assert {(one["host"], one["port"]) for one in record["found"]} == {
        (f"198.51.100.{last}", 104) for last in (1, 7, 9)
    }
    for one in record["found"]:
        assert (one["answer"], one["called_ae"], "DCMTK" in one["maker"]) == ("accepts", "ANY-SCP", True)
    assert (record["tried"], record["closed"], record["silent"], record["not_tried"]) == (28, 3, 22, 0)
    inside = set(address_ranges.read(network))
    assert heard.connections == {(f"198.51.100.{last}", port) for last in (1, 7, 9) for port in ports}
    assert heard.looked_for == inside, "who is there was asked for every address of the range, and for no other"
    assert heard.others == set()


@pytest.mark.slow
def test_a_network_of_254_mostly_silent_addresses_takes_less_than_15_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets = watched(monkeypatch)
    with clinic(7, 9) as place, place.server("198.51.100.7", 104, *storescp(tmp_path, 104)), place.hearing() as heard:
        sockets.contacted.clear()
        sockets.most = sockets.most_to_one = 0
        wanted = scan.settings_from("198.51.100.0/24")

        def look() -> ScanRecord:
            return scan.run(wanted, Control(), Watcher())

        record = place.inside(look)
    print(f"\n{record.addresses} addresses, {record.tried} ports: {record.seconds} s, {sockets.most} sockets at most")
    assert record.seconds < 15
    assert (record.tried, len(record.found)) == (254 * 5, 3), "the PACS has all three addresses of the clinic"
    assert sockets.most <= port_scan.MOST_OPEN and sockets.most_to_one == 1 and sockets.left == 0
    assert sockets.contacted == {(address, port) for address in wanted.addresses for port in scan.PORTS}
    assert heard.looked_for == set(wanted.addresses) - {"198.51.100.250"}
    assert heard.others == set()


def test_stopping_in_the_midst_of_a_network_takes_less_than_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    sockets = watched(monkeypatch)
    with clinic() as place:
        job = Job(
            "scan", lambda control, events: scan.run(scan.settings_from("198.51.100.0/24"), control, events), Watcher()
        )
        place.inside(job.start)
        while sockets.left < 100:
            assert job.running
            time.sleep(0.01)
        began = time.monotonic()
        job.control.stop()
        assert job.join(15)
        took = time.monotonic() - began
    print(f"\nstopped with {sockets.most} sockets open: {took:.2f} s")
    assert took < 1
    assert sockets.left == 0


def test_the_network_that_this_computer_is_in_is_proposed_and_the_text_names_its_address_there(tmp_path: Path) -> None:
    with clinic(7) as place:
        assert place.inside(address_ranges.local) == "198.51.100.0/24"
        command = [
            sys.executable,
            "-m",
            "wizard",
            "discover",
            "--to",
            "198.51.100.7:104",
            "--called-ae",
            "A",
            "--letter",
        ]
        with place.hearing() as heard:
            text = subprocess.run(place.command(*command), capture_output=True, timeout=60, check=True).stdout.decode()
    assert [line.split()[2:] for line in text.splitlines() if line.startswith("  Our address ")] == [["198.51.100.250"]]
    assert (heard.connections, heard.looked_for, heard.others) == (set(), set(), set()), "nothing is sent for it"
