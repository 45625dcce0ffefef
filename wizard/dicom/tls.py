"""Encrypt connections (PS3.15 B.12): TLS 1.2 or newer, with the certificate and the name of the destination checked.

It never falls back to an unencrypted connection, and never accepts an unchecked certificate: each failure raises an
error that names the cause and who must act. `explain` is the only place that interprets OpenSSL's messages.
"""

from __future__ import annotations

import datetime
import select
import socket
import ssl
import time
from typing import Callable

from wizard.dicom import wire
from wizard.dicom.destination import Destination
from wizard.errors import (
    PACS_ADMINISTRATOR,
    YOU,
    AssociationAborted,
    ClientRefused,
    DestinationError,
    NotDicom,
    NoTls,
    NotTrusted,
    PeerTimeout,
    Stopped,
    TlsFailed,
    TlsWanted,
)
from wizard.language.message import Day, Foreign, Message, together

#: The first byte of a TLS alert, where the type of a PDU would stand (RFC 8446 5.1).
ALERT = b"\x15"

_SLICE = 0.1  # seconds between two checks whether the person has stopped
_ALERT_WAIT = 0.2  # seconds that a peer has to refuse our certificate in TLS 1.3, before something is sent to it

_OTHER_PORT = Message(
    "Ask the PACS administrator for the port for encrypted connections (often 2762), or whether you may untick “Use "
    "an encrypted connection (TLS)” under “More settings…” (on the command line: --no-tls)."
)

# OpenSSL's verify codes of a certificate (X509_V_ERR_…).
_NOT_YET, _EXPIRED, _SELF_SIGNED = 9, 10, 18
_UNKNOWN_AUTHORITY = (2, 19, 20, 21)
_OTHER_NAME = (62, 64)
_TOO_WEAK = (66, 67, 68)

# Parts of OpenSSL's messages: an alert about the certificate of this computer (RFC 8446 6.2), and no version or cipher
# that both sides know.
_ABOUT_US = ("certificate", "unknown ca", "access denied")
_NOTHING_IN_COMMON = (
    *("handshake failure", "protocol version", "unsupported protocol", "insufficient security", "version too low"),
    *("no shared cipher", "no ciphers", "key too small", "legacy renegotiation", "signature type"),
)


def encrypted(
    connection: socket.socket,
    prepared: ssl.SSLContext,
    destination: Destination,
    seconds: float,
    cancelled: Callable[[], bool],
) -> ssl.SSLSocket:
    """Encrypt an open, non-blocking connection. On failure it is closed.

    Raises
    ------
    NotTrusted, ClientRefused, NoTls, TlsFailed
        Somebody must act.
    PeerTimeout
        The handshake does not end within the seconds.
    AssociationAborted
        The connection was lost.
    Stopped
    """
    name = destination.host.partition("%")[0].rstrip(".")  # as certificates hold it; sent as SNI if it is no address
    try:
        secure = prepared.wrap_socket(connection, server_hostname=name, do_handshake_on_connect=False)
    except (OSError, ValueError) as error:
        raise AssociationAborted(wire.LOST, str(error)) from error
    try:
        _handshake(secure, destination, seconds, cancelled)
        if secure.version() == "TLSv1.3":
            _await_alert(secure, destination)
    except BaseException:
        secure.close()
        raise
    return secure


def explain(error: OSError, destination: Destination, agreed: bool = True) -> DestinationError:
    """Return the error for a failed encrypted connection; `agreed` says whether a cipher had been negotiated.

    In TLS 1.3 a PACS may refuse the certificate of this computer as late as with the first answer.
    """
    message = str(error).lower().replace("_", " ")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _not_trusted(error, destination.host)
    about_us = (*_ABOUT_US, "handshake failure") if agreed else _ABOUT_US
    if "alert" in message and any(words in message for words in about_us):
        return _refused(str(error), destination)
    if any(words in message for words in _NOTHING_IN_COMMON):
        return TlsFailed(
            Message(
                "This computer and the new PACS have no method of encryption in common. The new PACS must be set to "
                "TLS 1.2 or newer."
            ),
            str(error),
        )
    if agreed:
        lost = Message("The encrypted connection to the new PACS was lost.")
        return AssociationAborted(together(lost, _hint(destination)), str(error))
    if "alert" in message or "unrecognized name" in message:
        return TlsFailed(Message("The new PACS uses TLS but rejects a TLS connection from this computer."), str(error))
    return _no_tls(error, destination)


def unanswered(error: AssociationAborted, destination: Destination, first_byte: bytes = b"") -> DestinationError:
    """Return the error for a connection that ended before an answer; `first_byte` of the peer is `ALERT`, or none.

    Most PACS close an unencrypted connection to a port for TLS; only some send an alert.
    """
    if first_byte == ALERT and destination.tls is None:
        return wanted(error.details)
    if isinstance(error.__cause__, ssl.SSLError):
        return explain(error.__cause__, destination)
    return AssociationAborted(together(error.sentence, _hint(destination)), error.details)


def wanted(details: str) -> TlsWanted:
    """Return the error for an unencrypted connection to a port that accepts TLS alone."""
    return TlsWanted(
        Message(
            "This port of the new PACS accepts only encrypted connections (TLS). Tick “Use an encrypted connection "
            "(TLS)” under “More settings…” (on the command line: --tls), or ask the PACS administrator for the "
            "unencrypted port."
        ),
        details,
    )


def _hint(destination: Destination) -> Message:
    """Suggest why a peer ends the connection without an answer."""
    if destination.tls is None:
        return Message(
            "If this port accepts only encrypted connections (TLS), tick “Use an encrypted connection (TLS)” under "
            "“More settings…” (on the command line: --tls)."
        )
    if not destination.tls.certificate:
        return Message(
            "If the new PACS requires a certificate from this computer, enter one and its key under “More settings…” "
            "(on the command line: --cert and --key)."
        )
    return Message("If the new PACS does not know the certificate of this computer, it must be registered there.")


def _handshake(secure: ssl.SSLSocket, destination: Destination, seconds: float, cancelled: Callable[[], bool]) -> None:
    """Do the handshake (RFC 8446 4) in slices, so that stopping does not wait for the network."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            secure.do_handshake()
            return
        except ssl.SSLWantReadError:
            select.select([secure], [], [], _SLICE)
        except ssl.SSLWantWriteError:
            select.select([], [secure], [], _SLICE)
        except OSError as error:
            raise explain(error, destination, agreed=secure.cipher() is not None) from error
        if cancelled():
            raise Stopped
        if time.monotonic() > deadline:
            silent = Message(
                "The new PACS does not respond to an encrypted connection (TLS). This port may be for unencrypted "
                "connections."
            )
            raise PeerTimeout(together(silent, _OTHER_PORT), f"no TLS within {seconds:g} s")


def _await_alert(secure: ssl.SSLSocket, destination: Destination) -> None:
    """Wait a moment for an alert about our certificate, which in TLS 1.3 comes after the handshake.

    Data that was already sent by then could turn the alert into a mere reset. Most peers send a ticket for the next
    connection at this point (RFC 8446 4.6.1), which ends the wait.
    """
    select.select([secure], [], [], _ALERT_WAIT)
    try:
        early = secure.recv(1)
    except ssl.SSLWantReadError:
        return
    except ssl.SSLError as error:
        raise explain(error, destination) from error
    except OSError as error:
        raise unanswered(AssociationAborted(wire.LOST, str(error)), destination) from error
    if early:
        raise NotDicom(wire.NO_DICOM_HERE, "it speaks first")
    raise unanswered(AssociationAborted(wire.LOST, "closed by the peer"), destination)


def _no_tls(error: OSError, destination: Destination) -> NoTls:
    """Return the error for a peer that answered the handshake without TLS, or not at all."""
    if isinstance(error, (ConnectionError, ssl.SSLEOFError)) or "eof" in str(error).lower():
        closed = Message("The new PACS closed the connection when encryption (TLS) was requested.")
        found = NoTls(together(closed, _OTHER_PORT), str(error))
        found.retry = True  # a PACS that is just being started does so, too
        return found
    plain = Message("The system at {address} does not use encryption (TLS).", address=destination.address)
    return NoTls(together(plain, _OTHER_PORT), str(error))


def _not_trusted(error: ssl.SSLCertVerificationError, host: str) -> NotTrusted:
    code, today = error.verify_code, Day(datetime.date.today().strftime("%Y%m%d"))
    who = PACS_ADMINISTRATOR
    if code in _OTHER_NAME:
        sentence = Message(
            "The certificate of the new PACS was issued for a name other than “{host}”. Enter the name or address that "
            "is given in the certificate.",
            host=host,
        )
    elif code == _EXPIRED:
        sentence = Message(
            "The certificate of the new PACS has expired, if the date of this computer is right: {today}. The new PACS "
            "needs a new certificate.",
            today=today,
        )
    elif code == _NOT_YET:
        sentence = Message(
            "The certificate of the new PACS is not valid yet. Check the date of this computer: {today}.", today=today
        )
        who = YOU
    elif code == _SELF_SIGNED:
        sentence = Message(
            "The certificate of the new PACS is self-signed. Ask for the certificate file, and enter it as CA file "
            "under “More settings…” (on the command line: --ca-file)."
        )
    elif code in _UNKNOWN_AUTHORITY:
        sentence = Message(
            "The certificate of the new PACS was issued by an authority that this computer does not trust. Ask for "
            "the certificate file of that authority, and enter it as CA file under “More settings…” (on the command "
            "line: --ca-file)."
        )
    elif code in _TOO_WEAK:
        sentence = Message(
            "The certificate of the new PACS does not meet current security requirements. The new PACS needs a new one."
        )
    else:
        sentence = Message("The certificate of the new PACS was rejected: {why}.", why=Foreign(error.verify_message))
    found = NotTrusted(sentence, f"verify code {code}: {error.verify_message}")
    found.who = who
    return found


def _refused(details: str, destination: Destination) -> ClientRefused:
    if destination.tls is not None and destination.tls.certificate:
        sentence = Message(
            "The new PACS does not accept the certificate of this computer. It must be registered there, or the PACS "
            "administrator must issue another one."
        )
    else:
        sentence = Message(
            "The new PACS requires a certificate from this computer. Ask for one, then enter it and its key under "
            "“More settings…” (on the command line: --cert and --key)."
        )
    return ClientRefused(sentence, details)
