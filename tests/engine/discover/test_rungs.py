"""Each rung of the connection test, failing for real: which one, with which sentence, who must act. The run prints them
as a table."""

from __future__ import annotations

import contextlib
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Callable, ContextManager, Iterator, NamedTuple

import pytest

from tests.dicom.encrypted import OLD
from tests.dicom.sending import well_behaved
from tests.end_of_run import TABLE
from tests.engine.pacs import Pacs
from tests.faults.certificates import Certificates, Issued, server_context
from tests.faults.server import ABORT, FaultServer, Peer, associate_rj, response
from tests.faults.silent import closed, filtered, mute
from tests.peers import servers
from wizard.dicom import find
from wizard.dicom.association import Timeouts
from wizard.dicom.destination import Destination, Tls
from wizard.engine import discover
from wizard.engine.discover import connection_test
from wizard.engine.discover import step as discover_step
from wizard.engine.events import NoEvents
from wizard.engine.job import Control
from wizard.errors import IT, PACS_ADMINISTRATOR, YOU

pytestmark = pytest.mark.long

ADMIN = PACS_ADMINISTRATOR
VERIFICATION = find.ECHO
Server = Callable[[Path, Certificates], ContextManager[Destination]]


class Case(NamedTuple):
    """What is wrong, the rung that fails for it, a part of the sentence, who must act, and the server."""

    what: str
    rung: str
    says: str
    who: str
    server: Server


def at(host: str, port: int) -> Server:
    return lambda folder, certificates: contextlib.nullcontext(Destination(host, port, "NEWPACS", "US"))


def on(port: Callable[[], ContextManager[int]]) -> Server:
    @contextlib.contextmanager
    def server(folder: Path, certificates: Certificates) -> Iterator[Destination]:
        with port() as number:
            yield Destination("127.0.0.1", number, "NEWPACS", "US")

    return server


def behaving(behave: Callable[[Peer], None]) -> Server:
    @contextlib.contextmanager
    def server(folder: Path, certificates: Certificates) -> Iterator[Destination]:
        with FaultServer(behave) as running:
            yield replace(running.destination, called_ae="NEWPACS", calling_ae="US")

    return server


def sending(answer: bytes) -> Server:
    def behave(peer: Peer) -> None:
        peer.pdu()
        peer.send(answer)
        peer.until_gone()

    return behaving(behave)


def rejecting(result: int, source: int, reason: int) -> Server:
    return sending(associate_rj(result, source, reason))


def encrypted(
    pick: Callable[[Certificates], Issued] = lambda certificates: certificates.good,
    limit: Callable[[ssl.SSLContext], None] = lambda context: None,
    asks: bool = False,
    shows: bool = False,
    in_the_clear: bool = False,
) -> Server:
    """A server that speaks TLS, with one thing wrong; `asks` for a certificate of ours, and we show a strange one."""

    @contextlib.contextmanager
    def server(folder: Path, certificates: Certificates) -> Iterator[Destination]:
        context = server_context(pick(certificates), certificates.authority if asks else None)
        limit(context)
        ours = certificates.unknown_client if shows else None
        tls = Tls(str(certificates.authority), *((str(ours.certificate), str(ours.key)) if ours else ()))
        with FaultServer(well_behaved, tls=context) as running:
            yield replace(running.destination, tls=None if in_the_clear else tls)

    return server


def too_old(context: ssl.SSLContext) -> None:
    context.maximum_version = OLD
    context.set_ciphers("ECDHE-RSA-AES256-GCM-SHA384")


def answering(**pacs: object) -> Server:
    return lambda folder, certificates: Pacs(**pacs).listening()  # type: ignore[arg-type]


def refusing_echo(peer: Peer) -> None:
    peer.accept()
    while True:
        message = peer.message()
        if message is None:
            return
        peer.send(response(message, 0x0122))


def hanging_up(peer: Peer) -> None:
    peer._read(6)


def plain_storescp_asked_for_tls(folder: Path, certificates: Certificates) -> ContextManager[Destination]:
    @contextlib.contextmanager
    def server() -> Iterator[Destination]:
        with servers.storescp(folder) as destination:
            yield replace(destination, tls=Tls(str(certificates.authority)))

    return server()


def tls_storescp_spoken_to_in_the_clear(folder: Path, certificates: Certificates) -> ContextManager[Destination]:
    return servers.storescp(folder, *servers.storescp_tls(certificates.good))


def orthanc_called_by_another_title(folder: Path, certificates: Certificates) -> ContextManager[Destination]:
    @contextlib.contextmanager
    def server() -> Iterator[Destination]:
        with servers.orthanc(folder) as destination:
            yield replace(destination, called_ae="NEWPACS")

    return server()


def orthanc_that_knows_nobody(folder: Path, certificates: Certificates) -> ContextManager[Destination]:
    return servers.orthanc(folder, **servers.STRANGERS_OUT)


FILTERED, MUTE = on(filtered), on(mute)
CASES = (
    Case("a name that nobody knows", "resolved", "No computer named “no..such.name”", YOU, at("no..such.name", 104)),
    Case("a closed port", "reached", "rejected the connection: nothing accepts", ADMIN, on(closed)),
    Case("a filtered port", "reached", "No response from", IT, FILTERED),
    Case("TLS: made out to another name", "accepted", "a name other than", ADMIN, encrypted(lambda c: c.other_name)),
    Case("TLS: has expired", "accepted", "has expired", ADMIN, encrypted(lambda c: c.expired)),
    Case("TLS: is not valid yet", "accepted", "is not valid yet", YOU, encrypted(lambda c: c.not_yet)),
    Case(
        "TLS: unknown authority",
        "accepted",
        "this computer does not trust",
        ADMIN,
        encrypted(lambda c: c.unknown),
    ),
    Case("TLS: issued by itself", "accepted", "is self-signed", ADMIN, encrypted(lambda c: c.self_signed)),
    Case("TLS: nothing in common", "accepted", "no method of encryption in common", ADMIN, encrypted(limit=too_old)),
    Case("TLS: wants a certificate", "accepted", "requires a certificate", ADMIN, encrypted(asks=True)),
    Case("TLS: wants another one", "accepted", "does not accept the certif", ADMIN, encrypted(asks=True, shows=True)),
    Case(
        "TLS asked of storescp without it",
        "accepted",
        "was requested",
        ADMIN,
        plain_storescp_asked_for_tls,
    ),
    Case("no TLS, to storescp +tls", "accepted", "accepts only encrypted", ADMIN, tls_storescp_spoken_to_in_the_clear),
    Case("no TLS, to a port that wants it", "accepted", "accepts only encrypted", ADMIN, encrypted(in_the_clear=True)),
    Case("says nothing", "accepted", "does not respond. Check that the port", ADMIN, MUTE),
    Case("a web server", "accepted", "does not use DICOM", ADMIN, sending(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    Case("breaks off (A-ABORT)", "accepted", "aborted the connection", ADMIN, sending(ABORT)),
    Case("hangs up", "accepted", "closes it at once", ADMIN, behaving(hanging_up)),
    Case("Orthanc under another title", "accepted", "AE title “NEWPACS”", ADMIN, orthanc_called_by_another_title),
    Case("Orthanc that knows nobody", "accepted", "“MIGRATOR” must be registered", ADMIN, orthanc_that_knows_nobody),
    Case("rejected 1, 1, 1", "accepted", "without giving a reason", ADMIN, rejecting(1, 1, 1)),
    Case("rejected 1, 1, 2", "accepted", "application context", ADMIN, rejecting(1, 1, 2)),
    Case("rejected 1, 1, 3", "accepted", "AE title “US” must be registered there", ADMIN, rejecting(1, 1, 3)),
    Case("rejected 1, 1, 7", "accepted", "does not recognise the AE title “NEWPACS”", ADMIN, rejecting(1, 1, 7)),
    Case("rejected 1, 2, 1", "accepted", "without giving a reason", ADMIN, rejecting(1, 2, 1)),
    Case("rejected 1, 2, 2", "accepted", "DICOM protocol version", ADMIN, rejecting(1, 2, 2)),
    Case("rejected 2, 3, 1", "accepted", "busy at the moment. Try again in a few minutes", YOU, rejecting(2, 3, 1)),
    Case("rejected 2, 3, 2", "accepted", "no more connections at the moment. Try again", YOU, rejecting(2, 3, 2)),
    Case("rejected 1, 1, 9 (reserved)", "accepted", "rejected the connection.", ADMIN, rejecting(1, 1, 9)),
    Case("C-ECHO without success", "answered", "with an error", ADMIN, behaving(refusing_echo)),
    Case(
        *("takes no images", "takes images", "accepts no images from this computer", ADMIN),
        answering(answer=lambda sop_class, syntax: (0 if sop_class in (VERIFICATION, find.FIND) else 3, syntax)),
    ),
    Case(
        *("C-FIND without success", "may be asked", "The test query was answered with an error", ADMIN),
        answering(name=lambda keys, uids: (0xA700, [])),
    ),
    Case(
        "storescp, which is never asked",
        "may be asked",
        "does not offer queries (C-FIND)",
        ADMIN,
        lambda f, c: servers.storescp(f),
    ),
)


@pytest.fixture
def table(request: pytest.FixtureRequest) -> list[str]:
    """Printed when all is done."""
    lines = request.config.stash[TABLE]
    lines.append("What fails: at which rung, what the person reads, (who must act), [for support]")
    return lines


@pytest.mark.dcmtk
@pytest.mark.orthanc
@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_a_rung_fails_with_its_own_sentence_and_says_who_must_act(
    case: Case,
    table: list[str],
    certificates: Certificates,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if case.server in (FILTERED, MUTE):  # whoever answers has as much time as ever
        monkeypatch.setattr(connection_test, "DEFAULT_TIMEOUTS", Timeouts(connect=0.5, accept=0.5))
    with case.server(tmp_path, certificates) as destination:
        rungs = discover.run(destination, Control(), NoEvents())
    failed = next(rung for rung in rungs if rung.passed is False)
    table.append(f"  {case.what}: {failed.name}: {failed.sentence} ({failed.who}) [{failed.details}]")
    assert failed.name == case.rung
    assert case.says in str(failed.sentence)
    assert failed.who == case.who
    assert str(failed.sentence)[0].isupper() and str(failed.sentence).endswith(".")
    below = rungs[: connection_test.RUNGS.index(case.rung)]
    assert all(rung.passed for rung in below)
    assert all(rung.seconds >= 0 for rung in rungs)
    assert discover_step.usable(rungs) == (case.rung == "may be asked")
