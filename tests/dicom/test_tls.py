"""Test encrypted connections: all bytes are encrypted, certificates are checked, and this computer presents its own."""

from __future__ import annotations

import socket
import ssl
from dataclasses import replace

import pytest

from tests.dicom.conftest import Background
from tests.dicom.encrypted import VERSIONS, expect_refusal, showing, speaking
from tests.dicom.sending import KIND, LARGE, QUICK, UID, store, well_behaved
from tests.faults.certificates import Certificates, Issued, server_context
from tests.faults.overheard import Overheard
from tests.faults.server import FaultServer
from wizard.dicom.association import Association
from wizard.dicom.connecting import connect
from wizard.dicom.destination import Tls
from wizard.errors import (
    PACS_ADMINISTRATOR,
    YOU,
    ClientRefused,
    NotTrusted,
    Stopped,
)

pytestmark = pytest.mark.usefixtures("nothing_left")


# The bytes on the network


@VERSIONS
def test_images_arrive_whole_and_nothing_goes_out_in_the_clear(
    version: ssl.TLSVersion, certificates: Certificates, trusting: Tls
) -> None:
    data = b"\x08\0\x05\0CS\0\0" + bytes(range(256)) * 4000
    with speaking(certificates.good, version) as server, Overheard(server.destination.port) as line:
        association = Association(replace(server.destination, port=line.port, tls=trusting), [KIND], QUICK)
        assert [store(association, data), store(association)] == [0, 0]
        association.release()
        server.settle()
        assert line.only_tls()
        assert not any(word in line.sent for word in (b"FAULTY", b"TESTER", UID.encode()))
    assert server.received[0].data == data
    assert server.releases == 1


def test_a_connection_that_is_killed_stays_encrypted_to_its_end(certificates: Certificates, trusting: Tls) -> None:
    """Python's own way to end it takes the encryption away first: what another thread sends then goes in the clear."""
    with FaultServer(lambda peer: peer.hold(), tls=server_context(certificates.good)) as server:
        wire = connect(replace(server.destination, tls=trusting), 5)
        sending = Background(lambda: wire.send([memoryview(bytes(LARGE))], 60))
        server.await_reached()
        wire.kill()
        assert isinstance(sending.error(within=2), Stopped)
        assert isinstance(wire._socket, ssl.SSLSocket)
        assert wire._socket.version() is not None
        wire.close()


def test_names_are_sent_along_and_addresses_are_not(
    certificates: Certificates, trusting: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []
    context = server_context(certificates.good)
    context.sni_callback = lambda _, name, __: asked.append(name)
    with FaultServer(well_behaved, tls=context) as server:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.destination.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        for host in ("localhost", "localhost.", "127.0.0.1"):
            connect(replace(server.destination, host=host, tls=trusting), 5).close()
    assert asked == ["localhost", "localhost", None]


# Trusted certificates


@pytest.mark.parametrize(
    ("which", "sentence", "who"),
    [
        ("other_name", "was issued for a name other than “127.0.0.1”", PACS_ADMINISTRATOR),
        ("by_name", "was issued for a name other than “127.0.0.1”", PACS_ADMINISTRATOR),
        ("expired", "has expired, if the date of this computer is right", PACS_ADMINISTRATOR),
        ("not_yet", "is not valid yet. Check the date of this computer", YOU),
        ("unknown", "was issued by an authority that this computer does not trust", PACS_ADMINISTRATOR),
        ("self_signed", "is self-signed", PACS_ADMINISTRATOR),
    ],
)
@VERSIONS
def test_a_wrong_certificate_is_told_apart_and_nothing_is_sent(
    version: ssl.TLSVersion, which: str, sentence: str, who: str, certificates: Certificates, trusting: Tls
) -> None:
    error = expect_refusal(speaking(getattr(certificates, which), version), trusting)
    assert type(error) is NotTrusted
    assert str(error.sentence).startswith(f"The certificate of the new PACS {sentence}")
    assert (error.who, error.retry) == (who, False)
    assert error.details.startswith("verify code ")


def test_a_certificate_for_another_name_than_the_one_typed_is_refused(
    certificates: Certificates, trusting: Tls
) -> None:
    with speaking(certificates.by_name) as server:
        connect(replace(server.destination, host="localhost", tls=trusting), 5).close()
    error = expect_refusal(speaking(certificates.other_name), trusting, "localhost")
    assert "a name other than “localhost”" in str(error.sentence)


@pytest.mark.parametrize("which", ["good", "self_signed"])
def test_the_certificate_of_the_pacs_itself_may_be_the_one_to_trust(which: str, certificates: Certificates) -> None:
    server: Issued = getattr(certificates, which)
    with speaking(server) as running:
        connect(replace(running.destination, tls=Tls(str(server.certificate))), 5).close()
    assert isinstance(expect_refusal(speaking(server), Tls(str(certificates.stranger))), NotTrusted)


def test_without_a_file_those_are_trusted_whom_this_computer_trusts(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(expect_refusal(speaking(certificates.good), Tls()), NotTrusted)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    with speaking(certificates.good) as server:
        connect(replace(server.destination, tls=Tls()), 5).close()
    assert isinstance(expect_refusal(speaking(certificates.good), Tls(str(certificates.stranger))), NotTrusted)


# The certificate of this computer


@VERSIONS
def test_a_certificate_of_this_computer_is_shown_to_who_wants_one(
    version: ssl.TLSVersion, certificates: Certificates
) -> None:
    with speaking(certificates.good, version, clients=certificates.authority) as server:
        association = Association(
            replace(server.destination, tls=showing(certificates, certificates.client)), [KIND], QUICK
        )
        assert store(association) == 0
        association.release()


@VERSIONS
def test_who_wants_a_certificate_of_this_computer_and_gets_none_says_so(
    version: ssl.TLSVersion, certificates: Certificates, trusting: Tls
) -> None:
    error = expect_refusal(speaking(certificates.good, version, clients=certificates.authority), trusting)
    assert (type(error), error.retry) == (ClientRefused, False)
    assert str(error.sentence).startswith("The new PACS requires a certificate from this computer.")


@VERSIONS
def test_who_does_not_know_the_certificate_of_this_computer_says_so(
    version: ssl.TLSVersion, certificates: Certificates
) -> None:
    files = showing(certificates, certificates.unknown_client)
    error = expect_refusal(speaking(certificates.good, version, clients=certificates.authority), files)
    assert (type(error), error.retry) == (ClientRefused, False)
    assert str(error.sentence).startswith("The new PACS does not accept the certificate of this computer.")
