"""Test failures of encrypted connections: each has an error of its own, in time."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from dataclasses import replace
from typing import Callable, Iterator

import pytest

from tests.dicom.conftest import Background
from tests.dicom.encrypted import OLD, expect_refusal, speaking
from tests.dicom.sending import KIND, QUICK, associate, store, well_behaved
from tests.faults.certificates import Certificates, server_context
from tests.faults.server import ABORT, FaultServer, Gone, Peer
from wizard.dicom import tls
from wizard.dicom.association import Association
from wizard.dicom.connecting import connect
from wizard.dicom.destination import Destination, Tls
from wizard.errors import (
    AssociationAborted,
    ClientRefused,
    DestinationError,
    NoTls,
    PeerTimeout,
    Stopped,
    TlsFailed,
    TlsWanted,
)

pytestmark = [pytest.mark.usefixtures("nothing_left"), pytest.mark.long]

NOBODY = Destination("pacs.clinic.example", 2762, "NEWPACS", tls=Tls())


# No encryption comes about


def too_old(context: ssl.SSLContext) -> None:
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # or OpenSSL does not speak it at all any more
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1


def other_ciphers(context: ssl.SSLContext) -> None:
    context.maximum_version = OLD
    context.set_ciphers("ECDHE-RSA-AES256-GCM-SHA384")  # for a key of another kind than this server's


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("limit", [too_old, other_ciphers])
def test_nothing_in_common_is_said_to_be_that(
    limit: Callable[[ssl.SSLContext], None], certificates: Certificates, trusting: Tls
) -> None:
    context = server_context(certificates.good)
    limit(context)
    error = expect_refusal(FaultServer(well_behaved, tls=context), trusting)
    assert (type(error), error.retry) == (TlsFailed, False)
    assert "no method of encryption in common" in str(error.sentence)


def answering(answer: bytes) -> Callable[[Peer], None]:
    def behave(peer: Peer) -> None:
        peer.send(answer)
        peer.until_gone()

    return behave


@pytest.mark.parametrize(
    "answer", [ABORT, b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9\r\n"], ids=["DICOM", "web", "ssh"]
)
def test_a_port_without_encryption_is_said_to_be_one_and_gets_nothing(answer: bytes, trusting: Tls) -> None:
    error = expect_refusal(FaultServer(answering(answer)), trusting)
    assert (type(error), error.retry) == (NoTls, False)
    assert "does not use encryption (TLS). Ask the PACS administrator" in str(error.sentence)


@pytest.mark.parametrize("reset", [False, True])
def test_a_port_that_closes_when_asked_for_encryption_may_be_tried_again(reset: bool, trusting: Tls) -> None:
    def behave(peer: Peer) -> None:
        peer._read(6)
        if reset:
            peer.reset()

    with FaultServer(behave) as server, pytest.raises(NoTls, match="closed the connection when encryption") as caught:
        connect(replace(server.destination, tls=trusting), 5)
    assert caught.value.retry is True


@pytest.mark.parametrize("alert", [80, 112, 10], ids=["internal error", "unrecognized name", "unexpected message"])
def test_a_pacs_that_breaks_off_the_handshake_is_not_said_to_speak_without_encryption(
    alert: int, trusting: Tls
) -> None:
    error = expect_refusal(FaultServer(answering(struct.pack(">BHHBB", 0x15, 0x0303, 2, 2, alert))), trusting)
    assert type(error) is TlsFailed
    assert str(error.sentence) == "The new PACS uses TLS but rejects a TLS connection from this computer."


# Time-outs


def test_a_port_that_never_answers_is_a_timeout_and_not_for_ever(trusting: Tls) -> None:
    with FaultServer(lambda peer: peer.hold()) as server:
        connecting = Background(lambda: connect(replace(server.destination, tls=trusting), 0.3))
        error = connecting.error(within=5)
    assert isinstance(error, PeerTimeout)
    assert error.details == "no TLS within 0.3 s"


def test_a_handshake_in_drops_does_not_take_for_ever(trusting: Tls) -> None:
    def behave(peer: Peer) -> None:
        peer.send(b"\x16\x03\x03\x40\x00\x02\x00\x3f\x00")
        while not peer.server.ending.wait(0.02):
            peer.send(b"\x03")

    with FaultServer(behave) as server:
        connecting = Background(lambda: connect(replace(server.destination, tls=trusting), 0.3))
        assert isinstance(connecting.error(within=5), PeerTimeout)


def test_the_handshake_can_be_stopped(trusting: Tls) -> None:
    stop = threading.Event()
    with FaultServer(lambda peer: peer.hold()) as server:
        connecting = Background(lambda: connect(replace(server.destination, tls=trusting), 60, stop.is_set))
        server.await_reached()
        stop.set()
        assert isinstance(connecting.error(within=2), Stopped)


# After the handshake


@pytest.fixture(params=["closes", "resets", "talks"])
def impolite(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[tuple[FaultServer, str]]:
    def behave(peer: Peer) -> None:
        if request.param == "resets":
            peer.reset()
        if request.param == "talks":
            peer.send(b"220 ready\r\n")
            peer.until_gone()
        raise Gone

    with FaultServer(behave, tls=server_context(certificates.good)) as server:
        yield server, request.param


def test_a_peer_that_ends_or_speaks_before_the_first_request_is_said_to_do_so(
    impolite: tuple[FaultServer, str], trusting: Tls
) -> None:
    server, how = impolite
    with pytest.raises(AssociationAborted) as caught:
        Association(replace(server.destination, tls=trusting), [KIND], QUICK)
    expected = "does not use DICOM" if how == "talks" else "requires a certificate from this computer, enter one"
    assert expected in str(caught.value.sentence)


def test_a_pacs_without_tickets_is_talked_to_all_the_same(certificates: Certificates, trusting: Tls) -> None:
    context = server_context(certificates.good)
    context.num_tickets = 0  # so nothing at all comes after the handshake
    with FaultServer(well_behaved, tls=context) as server:
        association = Association(replace(server.destination, tls=trusting), [KIND], QUICK)
        assert store(association) == 0
        association.release()


def test_a_port_for_encrypted_connections_spoken_to_in_the_clear_is_said_to_want_them(
    certificates: Certificates,
) -> None:
    with speaking(certificates.good) as server, pytest.raises(DestinationError, match=r"encrypted connections \(TLS\)"):
        associate(server)


def test_an_alert_in_answer_to_the_clear_is_one(certificates: Certificates) -> None:
    with FaultServer(answering(b"\x15\x03\x01\x00\x02\x02\x46")) as server, pytest.raises(TlsWanted) as caught:
        associate(server)
    assert caught.value.retry is False


# Messages of OpenSSL


@pytest.mark.parametrize(
    ("message", "agreed", "expected"),
    [
        ("[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required", True, ClientRefused),
        ("[SSL: SSLV3_ALERT_BAD_CERTIFICATE] sslv3 alert bad certificate", False, ClientRefused),
        ("[SSL] ssl/tls alert unknown ca (_ssl.c:1000)", True, ClientRefused),
        ("[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] ssl/tls alert handshake failure", False, TlsFailed),
        ("[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] ssl/tls alert handshake failure", True, ClientRefused),
        ("[SSL: UNSUPPORTED_PROTOCOL] unsupported protocol (_ssl.c:1000)", False, TlsFailed),
        ("[SSL: DH_KEY_TOO_SMALL] dh key too small (_ssl.c:1000)", False, TlsFailed),
        ("[SSL: RECORD_LAYER_FAILURE] record layer failure (_ssl.c:1000)", False, NoTls),
        ("EOF occurred in violation of protocol (_ssl.c:1000)", False, NoTls),
        ("[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC] bad record mac", True, AssociationAborted),
        ("[SSL: SSLV3_ALERT_BAD_RECORD_MAC] sslv3 alert bad record mac", True, AssociationAborted),
    ],
)
def test_the_words_of_every_version_of_openssl_are_understood(
    message: str, agreed: bool, expected: type[DestinationError]
) -> None:
    error = tls.explain(ssl.SSLError(1, message), NOBODY, agreed)
    assert type(error) is expected
    assert error.details.endswith(message)


def test_a_lost_connection_is_no_matter_of_encryption() -> None:
    assert type(tls.explain(ConnectionResetError(104, "reset"), NOBODY)) is AssociationAborted
    assert type(tls.explain(socket.timeout("timed out"), NOBODY)) is AssociationAborted
