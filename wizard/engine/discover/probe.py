"""Find out what listens at a port, with an association for Verification alone that is opened and released.

No message is sent; the answer, or the way of refusing, shows what it is.
"""

from __future__ import annotations

from dataclasses import replace

from wizard.dicom import contexts, find, makers
from wizard.dicom.association import Association, Timeouts
from wizard.dicom.connecting import connect
from wizard.dicom.destination import Destination, Tls
from wizard.engine.discover import probe_texts
from wizard.engine.facts import FoundPort
from wizard.engine.job import Control
from wizard.errors import (
    AbortedByPeer,
    AssociationAborted,
    AssociationRejected,
    ClientRefused,
    DestinationError,
    NotDicom,
    NoTls,
    NotTrusted,
    PeerTimeout,
    TlsFailed,
    TlsWanted,
    Unreachable,
)
from wizard.language.message import Message

VERIFICATION = [(find.ECHO, contexts.IMPLICIT_LITTLE_ENDIAN)]
TLS_PORT = 2762
"""dicom-tls, as registered (PS3.8 9.1.1): here TLS is tried first."""

_CALLED_AE_UNKNOWN = (1, 7)  # source and reason (PS3.8 table 9-21)


def probe(destination: Destination, timeouts: Timeouts, control: Control) -> str:
    """Open an association, release it, and return the implementation class UID and version name of the peer.

    Raises
    ------
    DestinationError, Stopped
    """
    association = Association(destination, VERIFICATION, timeouts, lambda: control.stopped)
    with control.closing(association.kill):
        association.release()
    return association.peer


def speaks_tls(destination: Destination, timeouts: Timeouts, control: Control) -> bool:
    """Whether a port that does not answer without encryption speaks TLS. Nothing but the handshake is sent.

    Raises
    ------
    Stopped
    """
    try:
        connect(replace(destination, tls=Tls()), timeouts.connect, lambda: control.stopped).close()
    except NoTls:
        return False
    except TlsFailed:  # it speaks TLS, and the handshake failed for another reason
        return True
    except DestinationError:
        return False
    return True


def look_at(
    host: str, port: int, titles: tuple[str, ...], calling_ae: str, tls: Tls, timeouts: Timeouts, control: Control
) -> FoundPort:
    """Find out what listens at a port: unencrypted, and encrypted if nothing answers; at the port for TLS vice versa.

    It is called by one AE title after the other, while it answers that it has another one.

    Raises
    ------
    Stopped
    """
    clear, encrypted = (
        Destination(host, port, titles[0], calling_ae),
        Destination(host, port, titles[0], calling_ae, tls),
    )
    first, second = (encrypted, clear) if port == TLS_PORT else (clear, encrypted)
    seen = _calling(first, titles, timeouts, control)
    if seen.answer in ("wants TLS", "closes") or (first.tls and seen.answer in ("no TLS", "silent")):
        other = _calling(second, titles, timeouts, control)
        if other.dicom or other.answer in ("encrypted", "other") or seen.answer in ("wants TLS", "no TLS"):
            seen = other
    return replace(seen, answer={"wants TLS": "encrypted", "no TLS": "closes"}.get(seen.answer, seen.answer))


def _calling(destination: Destination, titles: tuple[str, ...], timeouts: Timeouts, control: Control) -> FoundPort:
    for title in titles:
        control.check()
        seen, other_title = _called(replace(destination, called_ae=title), timeouts, control)
        if not other_title:
            return seen
    return seen


def _called(destination: Destination, timeouts: Timeouts, control: Control) -> tuple[FoundPort, bool]:
    """Return the answer to this AE title, and whether the peer asks for another one."""
    title, unknown = destination.called_ae, False
    try:
        maker = makers.vendor(probe(destination, timeouts, control))
        where = (destination.host, destination.port)
        return FoundPort(*where, "accepts", probe_texts.ACCEPTS, maker, title, destination.tls is not None), False
    except AssociationRejected as error:
        unknown = (error.source, error.reason) == _CALLED_AE_UNKNOWN
        answer, details = "refuses", error.details
        sentence = probe_texts.rejects(error.source, error.reason, title, destination.calling_ae)
    except DestinationError as error:
        answer, sentence = _meaning(error)
        details = error.details
    speaks = destination.tls is not None and answer in ("refuses", "aborts", "encrypted")
    return FoundPort(destination.host, destination.port, answer, sentence, encrypted=speaks, details=details), unknown


def _meaning(error: DestinationError) -> tuple[str, Message]:
    """Return what a failed association shows of the port: a code and a sentence."""
    if isinstance(error, TlsWanted):
        return "wants TLS", probe_texts.NOT_ENCRYPTED
    if isinstance(error, NoTls):
        return "no TLS", probe_texts.NO_TLS
    if isinstance(error, NotTrusted):
        return "encrypted", probe_texts.NOT_TRUSTED
    if isinstance(error, ClientRefused):
        return "encrypted", probe_texts.WANTS_CERTIFICATE
    if isinstance(error, TlsFailed):
        return "encrypted", probe_texts.NOT_ENCRYPTED
    if isinstance(error, AbortedByPeer):
        return "aborts", probe_texts.ABORTS
    if isinstance(error, NotDicom):
        return "other", probe_texts.OTHER
    if isinstance(error, PeerTimeout):
        return "silent", probe_texts.SILENT
    if isinstance(error, Unreachable):
        return "closes", probe_texts.ONLY_ONE
    assert isinstance(error, AssociationAborted), error
    return "closes", probe_texts.CLOSES
