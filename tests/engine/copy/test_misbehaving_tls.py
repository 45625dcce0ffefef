"""A whole copy to a PACS whose encryption is not what it should be: nothing leaves, and everything keeps its place."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.copying import run
from tests.engine.pacs import Pacs, Said
from tests.engine.stage import counted, image, read, series
from tests.faults.certificates import Certificates, server_context
from tests.faults.overheard import Overheard
from tests.faults.peer import Peer
from tests.faults.server import FaultServer
from wizard.dicom.destination import Tls
from wizard.errors import DestinationError, NotTrusted

pytestmark = pytest.mark.long

#: What OpenSSL finds wrong with each: X509_V_ERR_… of x509_vfy.h.
WRONG = {"other_name": 64, "expired": 10, "unknown": 20, "self_signed": 18}


@pytest.mark.parametrize("certificate", WRONG)
def test_with_a_wrong_certificate_nothing_leaves_and_everything_waits(
    certificate: str, certificates: Certificates, source: Path
) -> None:
    series(source, 12)
    pacs, tls = Pacs(), Tls(str(certificates.authority))
    threads = set(threading.enumerate())
    with FaultServer(pacs._behave, tls=server_context(getattr(certificates, certificate))) as server:
        pacs.server = server
        with Overheard(server.destination.port) as line:
            destination = replace(server.destination, port=line.port, tls=tls)
            with read(source, destination) as manifest:
                with pytest.raises(NotTrusted) as caught:
                    run(manifest, destination)
                assert caught.value.details.startswith(f"verify code {WRONG[certificate]}:")
                assert counted(manifest) == {"pending": 12}
            server.settle()
            assert line.only_tls()
    assert not pacs.times
    assert set(threading.enumerate()) <= threads


def test_a_certificate_that_becomes_wrong_on_the_way_ends_the_copy_and_is_not_waited_for(
    certificates: Certificates, source: Path
) -> None:
    uids = series(source, 12)
    context = server_context(certificates.good)

    def runs_out(peer: Peer, uid: str, times: int) -> Said:
        if uid == uids[5] and times == 1:
            context.load_cert_chain(certificates.expired.certificate, certificates.expired.key)
            peer.reset()
        return 0

    pacs = Pacs(take=runs_out)
    with FaultServer(pacs._behave, tls=context) as server:
        pacs.server = server
        destination = replace(server.destination, tls=Tls(str(certificates.authority)))
        with read(source, destination) as manifest:
            with pytest.raises(DestinationError):
                run(manifest, destination)
            assert counted(manifest) == {"copied": 5, "unknown": 1, "pending": 6}


def test_a_copy_over_tls_arrives_whole(certificates: Certificates, source: Path) -> None:
    series(source, 30)
    (source / "large.dcm").write_bytes(image("1.2.3.1.1.99", PixelData=bytes(range(256)) * 8192))
    pacs = Pacs()
    with FaultServer(pacs._behave, tls=server_context(certificates.good, certificates.authority)) as server:
        pacs.server = server
        tls = Tls(str(certificates.authority), str(certificates.client.certificate), str(certificates.client.key))
        destination = replace(server.destination, tls=tls)
        with read(source, destination) as manifest:
            run(manifest, destination)
            assert counted(manifest) == {"copied": 31}
            for found in manifest.rows("SELECT sop_uid, sha256 FROM entry"):
                assert pacs.hashes[found["sop_uid"]] == found["sha256"]
