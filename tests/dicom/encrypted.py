"""Start servers with TLS, and expect that they refuse a client."""

from __future__ import annotations

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from tests.dicom.sending import well_behaved
from tests.faults.certificates import Certificates, Issued, server_context
from tests.faults.overheard import Overheard
from tests.faults.server import FaultServer
from wizard.dicom.connecting import connect
from wizard.dicom.destination import Tls
from wizard.errors import DestinationError

OLD, NEW = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
VERSIONS = pytest.mark.parametrize("version", [OLD, NEW], ids=["TLS 1.2", "TLS 1.3"])


def speaking(server: Issued, version: ssl.TLSVersion = NEW, clients: Path | None = None) -> FaultServer:
    """Make a PACS that presents this certificate, and speaks this version and nothing newer."""
    context = server_context(server, clients)
    context.maximum_version = version
    return FaultServer(well_behaved, tls=context)


def showing(certificates: Certificates, client: Issued) -> Tls:
    return Tls(str(certificates.authority), str(client.certificate), str(client.key))


def expect_refusal(server: FaultServer, files: Tls, host: str = "127.0.0.1") -> DestinationError:
    """Expect that connecting fails without a retry, and that nothing but TLS goes over the network."""
    with server, Overheard(server.destination.port) as line:
        with pytest.raises(DestinationError) as caught:
            connect(replace(server.destination, host=host, port=line.port, tls=files), 5).close()
        server.settle()
        assert line.only_tls()
    assert server.received == []
    assert caught.value.exit_code == 4
    return caught.value
