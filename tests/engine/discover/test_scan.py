"""The search for a PACS names rightly what listens on the network, by real servers, and a record of it is kept."""

from __future__ import annotations

import http.server
import socket
import socketserver
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Iterator

import pytest

from tests.engine.sockets import watched
from tests.engine.stage import Watcher, finished, started
from tests.faults.certificates import Certificates, server_context
from tests.faults.server import ABORT, FaultServer, Peer, associate_rj
from tests.faults.silent import closed, filtered, mute
from tests.peers import servers
from tests.ports import free_port
from wizard import settings
from wizard.dicom.association import Timeouts
from wizard.dicom.destination import Tls
from wizard.engine.discover import port_scan, probe, probe_texts, scan
from wizard.engine.discover.scan import ScanRecord
from wizard.engine.facts import FoundPort
from wizard.engine.job import Control
from wizard.errors import Stopped, UsageError
from wizard.practice.pacs import PracticePacs


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what never answers; whoever does has as much time as ever."""
    monkeypatch.setattr(scan, "TIMEOUTS", Timeouts(connect=1, accept=0.5, send=1, answer=1, release=0.3))
    monkeypatch.setattr(port_scan, "CONNECT_SECONDS", 0.5)


def look(ports: list[int], title: str = "", tls: Tls | None = None, text: str = "127.0.0.1") -> ScanRecord:
    return scan.run(scan.settings_from(text, ports, title, "US", tls), Control(), Watcher())


def one(port: int, title: str = "", tls: Tls | None = None) -> FoundPort:
    (seen,) = look([port], title, tls).found
    return seen


def rejecting(result: int, source: int, reason: int, called: list[bytes] | None = None) -> FaultServer:
    """`called` gets the AE titles that it was called by."""

    def behave(peer: Peer) -> None:
        (called if called is not None else []).append(peer.pdu()[1][4:20].strip())
        peer.send(associate_rj(result, source, reason))
        peer.until_gone()

    return FaultServer(behave)


def sending(answer: bytes) -> FaultServer:
    def behave(peer: Peer) -> None:
        peer.pdu()
        peer.send(answer)
        peer.until_gone()

    return FaultServer(behave)


@contextmanager
def a_web_server() -> Iterator[int]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


# Real servers


@pytest.mark.orthanc
def test_orthanc_is_found_under_its_title_and_under_another_and_its_web_page_is_no_pacs(tmp_path: Path) -> None:
    web = free_port()
    with servers.orthanc(tmp_path, HttpServerEnabled=True, HttpPort=web) as destination:
        known = one(destination.port, "ORTHANC")
        assert (known.answer, known.called_ae, known.encrypted) == ("accepts", "ORTHANC", False)
        assert "DCMTK" in known.maker and "Orthanc" in known.maker
        other = one(destination.port, "OTHER")
        assert (other.answer, other.called_ae, other.dicom) == ("refuses", "", True)
        assert other.sentence == probe_texts.rejects(1, 7, "ANY-SCP", "US")
        page = one(web)
        assert (page.answer, page.dicom, page.sentence) == (
            "other",
            False,
            probe_texts.OTHER,
        )


@pytest.mark.orthanc
def test_orthanc_that_does_not_know_us_is_found_all_the_same(tmp_path: Path) -> None:
    with servers.orthanc(tmp_path, **servers.STRANGERS_OUT) as destination:
        seen = one(destination.port, "ORTHANC")
    assert (seen.answer, seen.dicom) == ("refuses", True)
    assert str(seen.sentence) == (
        "This system uses DICOM and does not know this computer. Our AE title “US” must be registered there."
    )


@pytest.mark.orthanc
def test_orthanc_that_looks_at_no_title_takes_any(tmp_path: Path) -> None:
    with servers.orthanc(tmp_path, DicomCheckCalledAet=False) as destination:
        assert (one(destination.port).answer, one(destination.port).called_ae) == ("accepts", "ANY-SCP")


@pytest.mark.dcmtk
def test_storescp_and_dcmqrscp_are_found(tmp_path: Path) -> None:
    with servers.storescp(tmp_path / "s") as storescp, servers.dcmqrscp(tmp_path / "q") as dcmqrscp:
        assert one(storescp.port).answer == "accepts"
        assert one(dcmqrscp.port).answer == "refuses"
        assert (one(dcmqrscp.port, "QRSCP").answer, one(dcmqrscp.port, "QRSCP").called_ae) == ("accepts", "QRSCP")


@pytest.mark.dcmtk
def test_storescp_with_tls_is_found_to_be_so_and_probed_if_it_can_be_trusted(
    certificates: Certificates, tmp_path: Path
) -> None:
    with servers.storescp(tmp_path, *servers.storescp_tls(certificates.good)) as destination:
        strange = one(destination.port)
        assert (strange.answer, strange.encrypted, strange.dicom) == ("encrypted", True, False)
        assert strange.sentence == probe_texts.NOT_TRUSTED
        trusted = one(destination.port, tls=Tls(str(certificates.authority)))
        assert (trusted.answer, trusted.encrypted, trusted.called_ae) == ("accepts", True, "ANY-SCP")
        assert "DCMTK" in trusted.maker


@pytest.mark.dcmtk
def test_storescp_that_wants_to_see_a_certificate_is_said_to_want_it(
    certificates: Certificates, tmp_path: Path
) -> None:
    options = servers.storescp_tls(certificates.good, certificates.authority)
    with servers.storescp(tmp_path, *options) as destination:
        seen = one(destination.port, tls=Tls(str(certificates.authority)))
        assert (seen.answer, seen.encrypted) == ("encrypted", True)
        assert seen.sentence == probe_texts.WANTS_CERTIFICATE
        issued = certificates.client
        tls = Tls(str(certificates.authority), str(issued.certificate), str(issued.key))
        assert one(destination.port, tls=tls).answer == "accepts"


def test_a_web_server_and_a_port_that_says_nothing_are_no_pacs(impatient: None) -> None:
    with a_web_server() as web, mute() as port:
        for number in (web, port):
            seen = one(number)
            assert (seen.answer, seen.dicom) == ("silent", False)
            assert seen.sentence == probe_texts.SILENT


def test_closed_and_filtered_ports_are_counted_and_not_shown(impatient: None) -> None:
    with closed() as shut, filtered() as behind:
        record = look([shut, behind])
    assert (record.closed, record.silent, record.found) == (1, 1, ())


# What a refusal tells


def test_one_that_does_not_know_us_is_found_and_asked_under_no_other_title() -> None:
    called: list[bytes] = []
    with rejecting(1, 1, 3, called) as server:
        seen = one(server.destination.port, "NEWPACS")
        server.settle()
    assert called == [b"NEWPACS"]
    assert (seen.answer, seen.called_ae) == ("refuses", "")
    assert str(seen.sentence) == (
        "This system uses DICOM and does not know this computer. Our AE title “US” must be registered there."
    )
    assert seen.details == "A-ASSOCIATE-RJ result 1, source 1, reason 3"


def test_one_that_is_busy_is_found() -> None:
    with rejecting(2, 3, 2) as server:
        assert one(server.destination.port).sentence == probe_texts.rejects(3, 2, "", "")


def test_one_that_breaks_off_speaks_dicom_all_the_same() -> None:
    with sending(ABORT) as server:
        seen = one(server.destination.port)
    assert (seen.answer, seen.dicom) == ("aborts", True)


def test_one_that_hangs_up_is_asked_whether_it_wants_encryption_and_is_not_said_to_speak_dicom() -> None:
    def behave(peer: Peer) -> None:
        peer._read(6)

    with FaultServer(behave) as server:
        seen = one(server.destination.port)
    assert (seen.answer, seen.dicom, seen.encrypted) == ("closes", False, False)


def test_titles_are_tried_one_after_the_other_while_it_wants_another_one() -> None:
    called: list[bytes] = []
    with rejecting(1, 1, 7, called) as server:
        one(server.destination.port, "NEWPACS")
        server.settle()
    assert called == [b"NEWPACS", b"ANY-SCP"]


def test_the_practice_pacs_is_named(tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        assert "pynetdicom" in one(pacs.port, "PRACTICE").maker


# The port for TLS


def test_at_the_port_for_tls_encryption_comes_first_and_a_pacs_without_it_is_found_too(
    certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bytes] = []

    def behave(peer: Peer) -> None:
        heard.append(peer._read(1))
        peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        peer.until_gone()

    with FaultServer(behave) as server, PracticePacs(tmp_path / "pacs") as pacs:
        monkeypatch.setattr(probe, "TLS_PORT", server.destination.port)
        assert one(server.destination.port).answer == "other"
        monkeypatch.setattr(probe, "TLS_PORT", pacs.port)
        plain = one(pacs.port, "PRACTICE")
    assert heard == [b"\x16", b"\x01"], "first bytes in TLS, then in DICOM"
    assert (plain.answer, plain.encrypted) == ("accepts", False)


def test_at_the_port_for_tls_a_pacs_with_it_never_hears_a_word_in_the_clear(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    def behave(peer: Peer) -> None:
        peer.accept()
        peer.serve()

    with FaultServer(behave, tls=server_context(certificates.good)) as server:
        monkeypatch.setattr(probe, "TLS_PORT", server.destination.port)
        seen = one(server.destination.port, tls=Tls(str(certificates.authority)))
        assert seen.answer == "accepts" and seen.encrypted
        assert one(server.destination.port).answer == "encrypted"
        assert server.releases == 1


# Gentle, stoppable, recorded


def test_only_the_addresses_and_ports_given_are_contacted(
    impatient: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs, mute() as silent, closed() as shut, rejecting(1, 1, 7) as server:
        ports = [pacs.port, silent, shut, server.destination.port]
        sockets = watched(monkeypatch)
        look(ports, "PRACTICE", text="127.0.0.1-127.0.0.3")
        allowed = {(f"127.0.0.{last}", port) for last in (1, 2, 3) for port in ports}
    assert sockets.contacted == allowed
    assert sockets.most_to_one == 1
    assert sockets.left == 0


@pytest.mark.parametrize("where", ["silent", "filtered"])
def test_stopping_takes_less_than_a_second_and_the_record_says_so(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "TIMEOUTS", Timeouts(connect=30, accept=30, send=30, answer=30, release=30))
    sockets = watched(monkeypatch)
    with ExitStack() as stack:
        port = stack.enter_context(mute() if where == "silent" else filtered())
        before = sockets.left
        wanted = scan.settings_from("127.0.1.0/24", [port])
        job = started("scan", lambda control, events: scan.run(wanted, control, events))
        while sockets.left - before < 20:
            assert job.running
            time.sleep(0.01)
        began = time.monotonic()
        job.control.stop()
        assert finished(job).outcome == "stopped"
        assert time.monotonic() - began < 1
        assert sockets.left == before
    (kept,) = settings.scans()
    assert kept["stopped"] is True and kept["tried"] < 254


def test_each_look_is_written_down_behind_those_before(tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs, closed() as shut:
        first = look([pacs.port, shut], "PRACTICE")
        second = look([shut])
    kept = settings.scans()
    assert [one["tried"] for one in kept] == [2, 1]
    assert kept[0] == {
        **first.for_programs(),
        "ports": [pacs.port, shut],
        "titles": ["PRACTICE", "ANY-SCP"],
        "found": kept[0]["found"],
    }
    assert kept[0]["found"] == [seen.for_programs() for seen in first.found]
    assert kept[0]["found"][0]["sentence"] == "This system uses DICOM and accepts this computer."
    assert first.began.endswith("+00:00") and second.found == ()
    assert (first.addresses, first.closed, first.text, first.calling_ae) == (1, 1, "127.0.0.1", "US")


def test_a_record_that_cannot_be_written_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    (settings.data_folder() / "network-scans.jsonl").mkdir()
    with closed() as shut, pytest.raises(UsageError, match="cannot be saved"):
        look([shut])


@pytest.mark.parametrize(
    ("ports", "title", "says"),
    [
        ([0], "", "Enter a port from 1 to 65535"),
        ([], "", "at least one port"),
        ([104], "A TITLE THAT IS TOO LONG", "AE title"),
    ],
)
def test_what_cannot_be_looked_for_is_said_before_anybody_is_contacted(ports: list[int], title: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        scan.settings_from("127.0.0.1", ports, title)


def test_a_wrong_file_is_said_before_anybody_is_contacted(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        scan.settings_from("127.0.0.1", tls=Tls(str(tmp_path / "none.pem")))


def test_what_came_of_it_is_said_in_a_sentence() -> None:
    seen = FoundPort("192.0.2.7", 104, "accepts", probe_texts.ACCEPTS)
    other = replace(seen, answer="silent")
    record = ScanRecord(
        "", "US", "192.0.2.0/28", (104, 11112), ("ANY-SCP",), 14, 3.0, False, 28, 20, 5, 1, (seen, other)
    )
    results = "Answered in DICOM: 1; connected without DICOM: 1; connection rejected: 20; no response: 5."
    assert str(scan.sentence(record)) == (
        f"14 addresses were searched, ports: 104, 11112. {results} Could not be tried from this computer: 1."
    )
    stopped = replace(record, stopped=True, tried=9, not_tried=0)
    assert str(scan.sentence(stopped)) == (
        "14 addresses were searched, ports: 104, 11112. The search was stopped after 9 of 28 ports. " + results
    )


def test_stopped_is_no_result() -> None:
    control = Control()
    control.stop()
    with closed() as shut, pytest.raises(Stopped):
        scan.run(scan.settings_from("127.0.0.1", [shut]), control, Watcher())


def test_a_name_and_an_ipv6_address_are_looked_at_too(impatient: None, tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        (seen,) = look([pacs.port], "PRACTICE", text="localhost").found
    assert (seen.host, seen.answer, seen.address) == ("localhost", "accepts", f"localhost:{pacs.port}")
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this computer has no IPv6")
    with listener:
        port = listener.getsockname()[1]
        (seen,) = look([port], text="::1").found
    assert (seen.host, seen.answer, seen.address) == ("::1", "silent", f"[::1]:{port}")
