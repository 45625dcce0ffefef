"""Run Debian's Orthanc and DCMTK as destinations: each is a context manager that gives a `Destination`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

from tests import find_tool
from tests.faults.certificates import Issued
from tests.ports import free_port
from wizard.dicom.destination import Destination

_SECONDS_TO_START = 30


@contextmanager
def running(
    command: list[str], port: int, log: Path, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server, from the moment it listens until the end of the block."""
    with open(log, "ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
        )
    try:
        deadline = time.monotonic() + _SECONDS_TO_START
        while not _listens(port):
            assert process.poll() is None, f"{command[0]} ended: {log.read_text('utf-8', 'replace')[-2000:]}"
            assert time.monotonic() < deadline, f"{command[0]} does not listen"
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def storescp(folder: Path, *options: str, environment: dict[str, str] | None = None) -> Iterator[Destination]:
    """DCMTK's `storescp +B`: it writes the data set exactly as it came, and takes every transfer syntax."""
    received = folder / "received"
    received.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [_tool("storescp"), "+B", "+xa", "-od", str(received), "-aet", "STORESCP", *options, str(port)]
    with running(command, port, folder / "storescp.log", environment):
        yield Destination("127.0.0.1", port, "STORESCP")


@contextmanager
def dcmqrscp(folder: Path, *others: str) -> Iterator[Destination]:
    """Run DCMTK's `dcmqrscp`, a PACS that stores and answers queries.

    `others` are AE titles of further PACS at the same port, each in a folder of its name.
    """
    areas = {"QRSCP": folder / "archive", **{title: folder / title for title in others}}
    for area in areas.values():
        area.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{title} {area} RW (500, 1024mb) ANY\n" for title, area in areas.items())
    port = free_port()
    configuration = folder / "dcmqrscp.cfg"
    configuration.write_text(
        f"NetworkTCPPort = {port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
        "HostTable BEGIN\nHostTable END\nVendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\n{rows}AETable END\n"
    )
    # Quiet: beyond 32 MiB of index it writes a line of alert for each record that it looks at.
    with running([_tool("dcmqrscp"), "--quiet", "-c", str(configuration)], port, folder / "dcmqrscp.log"):
        yield Destination("127.0.0.1", port, "QRSCP")


@contextmanager
def orthanc(folder: Path, port: int = 0, **settings: object) -> Iterator[Destination]:
    """Debian's Orthanc, without its web interface, on a database of its own in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    configuration = folder / "orthanc.json"
    configuration.write_text(
        json.dumps(
            {
                "Name": "Test",
                "StorageDirectory": str(folder / "database"),
                "IndexDirectory": str(folder / "database"),
                "DicomAet": "ORTHANC",
                "DicomPort": port,
                "DicomCheckCalledAet": True,
                "DicomAlwaysAllowFind": True,
                "HttpServerEnabled": False,
                "Plugins": [],
                **settings,
            }
        )
    )
    with running([_tool("Orthanc"), str(configuration)], port, folder / "orthanc.log"):
        yield Destination("127.0.0.1", port, "ORTHANC")


#: The settings of an Orthanc that accepts registered peers alone.
STRANGERS_OUT = {"DicomAlwaysAllowEcho": False, "DicomAlwaysAllowStore": False, "DicomAlwaysAllowFind": False}


def storescp_tls(server: Issued, clients: Path | None = None) -> list[str]:
    """The options with which `storescp` speaks TLS; with `clients` it wants certificates of that authority."""
    options = ["+tls", str(server.key), str(server.certificate)]
    return [*options, "-rc", "+cf", str(clients)] if clients else [*options, "-ic"]


def orthanc_tls(server: Issued, clients: Path | None = None) -> dict[str, Any]:
    """The settings with which Orthanc speaks TLS; with `clients` it wants certificates of that authority."""
    return {
        "DicomTlsEnabled": True,
        "DicomTlsCertificate": str(server.certificate),
        "DicomTlsPrivateKey": str(server.key),
        "DicomTlsTrustedCertificates": str(clients or server.certificate),
        "DicomTlsRemoteCertificateRequired": clients is not None,
    }


def _tool(name: str) -> str:
    path = find_tool(name)
    assert path, f"{name} is not installed"
    return path


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
