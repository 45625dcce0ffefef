"""Step 1, Discover: each rung of the connection test fails with its own reason, and those above are not checked."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.engine.pacs import Pacs
from tests.engine.stage import Watcher, finished, started
from tests.faults.server import FaultServer, Peer, associate_rj, response
from tests.peers import servers
from wizard.dicom.association import Timeouts
from wizard.dicom.destination import Destination
from wizard.engine import discover
from wizard.engine.discover import connection_test, supported_kinds
from wizard.engine.discover import step as discover_step
from wizard.engine.discover.connection_test import RUNGS
from wizard.engine.discover.supported_kinds import COMMON
from wizard.engine.facts import RUNG_NAMES, Rung
from wizard.engine.job import Control
from wizard.errors import IT, PACS_ADMINISTRATOR, YOU, DestinationError
from wizard.language.message import Message
from wizard.practice.pacs import PracticePacs

VERIFICATION = "1.2.840.10008.1.1"
FIND = "1.2.840.10008.5.1.4.1.2.2.1"


def rungs_of(destination: Destination) -> tuple[Rung, ...]:
    watcher = Watcher()
    rungs = discover.run(destination, Control(), watcher)
    assert tuple(watcher.rungs) == rungs, "each rung is reported as soon as it is checked"
    assert tuple(rung.name for rung in rungs) == RUNGS
    return rungs


def expect_failure(rungs: tuple[Rung, ...], name: str, says: str, who: str) -> None:
    """This rung failed with this reason; those below passed and those above were not checked."""
    at = RUNGS.index(name)
    assert [rung.passed for rung in rungs] == [True] * at + [False] + [None] * (len(RUNGS) - at - 1)
    assert says in str(rungs[at].sentence)
    assert rungs[at].who == who
    assert all(rung.sentence for rung in rungs)
    assert not discover_step.usable(rungs)
    error = discover_step.why_not(rungs)
    assert isinstance(error, DestinationError)
    assert (error.sentence, error.who) == (rungs[at].sentence, who)


@contextmanager
def a_listener() -> Iterator[Destination]:
    """Something that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Destination("127.0.0.1", listener.getsockname()[1], "SILENT")


def only(*sop_classes: str) -> Callable[[str, str], tuple[int, str]]:
    """Take these SOP classes and no others."""
    return lambda sop_class, syntax: (0 if sop_class in sop_classes else 3, syntax)


def everything_but(refused: str) -> Callable[[str, str], tuple[int, str]]:
    return lambda sop_class, syntax: (3 if sop_class == refused else 0, syntax)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        connection_test, "DEFAULT_TIMEOUTS", Timeouts(connect=5, accept=0.3, send=5, answer=0.3, release=0.3)
    )


# Everything passes


def test_a_pacs_that_is_fine_passes_every_rung(tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        rungs = rungs_of(Destination("localhost", pacs.port, "PRACTICE"))
    assert [rung.passed for rung in rungs] == [True] * 6
    assert "127.0.0.1" in str(rungs[0].sentence)
    assert str(rungs[4].sentence) == (f"The new PACS accepts all {len(COMMON)} tested image types. No image was sent.")
    assert discover_step.usable(rungs)
    assert not list((tmp_path / "pacs").iterdir()), "nothing was stored"


@pytest.mark.dcmtk
def test_a_receiver_without_questions_is_usable_but_cannot_be_checked(tmp_path: Path) -> None:
    with servers.storescp(tmp_path) as destination:
        rungs = rungs_of(destination)
    assert [rung.passed for rung in rungs] == [True] * 5 + [False]
    assert "does not offer queries (C-FIND)" in str(rungs[5].sentence)
    assert discover_step.usable(rungs)
    assert not list((tmp_path / "received").iterdir()), "nothing was stored"


# Each rung fails


def test_a_name_that_nobody_knows() -> None:
    rungs = rungs_of(Destination("no..such.name", 104, "PACS"))
    expect_failure(rungs, "resolved", "No computer named “no..such.name” was found", YOU)


def test_a_port_on_which_nothing_listens(free_port: int) -> None:
    rungs = rungs_of(Destination("127.0.0.1", free_port, "PACS"))
    expect_failure(rungs, "reached", f"The system at 127.0.0.1:{free_port} rejected the connection", PACS_ADMINISTRATOR)


def test_something_that_accepts_and_says_nothing(impatient: None) -> None:
    with a_listener() as destination:
        expect_failure(rungs_of(destination), "accepted", "does not respond", PACS_ADMINISTRATOR)


def test_something_that_speaks_another_language() -> None:
    def behave(peer: Peer) -> None:
        peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        peer.until_gone()

    with FaultServer(behave) as server:
        rungs = rungs_of(server.destination)
    expect_failure(rungs, "accepted", "does not use DICOM", PACS_ADMINISTRATOR)


def test_a_pacs_that_has_another_title(tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        rungs = rungs_of(Destination("127.0.0.1", pacs.port, "WRONG"))
    expect_failure(rungs, "accepted", "does not recognise the AE title “WRONG”", PACS_ADMINISTRATOR)


def test_a_pacs_that_does_not_know_this_computer() -> None:
    def behave(peer: Peer) -> None:
        peer.pdu()
        peer.send(associate_rj(1, 1, 3))
        peer.until_gone()

    with FaultServer(behave) as server:
        rungs = rungs_of(replace(server.destination, calling_ae="US"))
    expect_failure(rungs, "accepted", "Our AE title “US” must be registered there", PACS_ADMINISTRATOR)


def test_a_pacs_that_does_not_answer_the_test_question_with_success() -> None:
    def behave(peer: Peer) -> None:
        peer.accept()
        while True:
            message = peer.message()
            if message is None:
                return
            peer.send(response(message, 0x0122))

    with FaultServer(behave) as server:
        rungs = rungs_of(server.destination)
    expect_failure(rungs, "answered", "with an error", PACS_ADMINISTRATOR)
    assert rungs[3].details == "C-ECHO status 0122"


def test_a_pacs_that_takes_no_images_may_still_be_asked() -> None:
    with Pacs(answer=only(VERIFICATION, FIND)).listening() as destination:
        rungs = rungs_of(destination)
    assert [rung.passed for rung in rungs] == [True, True, True, True, False, True]
    assert "accepts no images" in str(rungs[4].sentence)
    assert COMMON[0][0] in rungs[4].details
    assert not discover_step.usable(rungs)


def test_a_pacs_that_takes_some_kinds_of_images_says_how_many() -> None:
    ct, mr = (sop_class for sop_class, _ in COMMON[:2])
    with Pacs(answer=only(VERIFICATION, FIND, ct, mr)).listening() as destination:
        rungs = rungs_of(destination)
    assert rungs[4].passed
    assert str(rungs[4].sentence) == "The new PACS accepts 2 of 6 tested image types. No image was sent."


@pytest.mark.parametrize("status", [0xA700, 0xC000, 0x0122, 0xFE00])
def test_a_pacs_that_may_not_be_asked_is_usable_and_says_so(status: int) -> None:
    with Pacs(name=lambda keys, uids: (status, [])).listening() as destination:
        rungs = rungs_of(destination)
    assert [rung.passed for rung in rungs] == [True] * 5 + [False]
    assert "cannot be checked" in str(rungs[5].sentence)
    assert rungs[5].details == f"C-FIND status {status:04X}"
    assert discover_step.usable(rungs)


def test_the_question_is_asked_about_a_study_that_nobody_has() -> None:
    pacs = Pacs()
    with pacs.listening() as destination:
        rungs_of(destination)
    (keys,) = pacs.asked
    assert (keys.QueryRetrieveLevel, keys.StudyInstanceUID) == ("STUDY", "1.2.826.0.1.3680043.8.498.1")


# Another archive answers questions


def test_the_archive_that_answers_questions_is_tested_and_named() -> None:
    stores, answers = Pacs(answer=everything_but(FIND)), Pacs()
    with stores.listening() as destination, answers.listening() as other:
        rungs = rungs_of(destination.queried_at(other.host, other.port, "QUERY"))
    assert [rung.passed for rung in rungs] == [True] * 6
    assert str(rungs[5].sentence) == f"Queries go to QUERY at 127.0.0.1:{other.port}. The test query was answered."
    assert len(answers.asked) == 1 and stores.asked == []


def test_one_that_is_not_there_is_named_and_images_can_be_copied_all_the_same(free_port: int) -> None:
    with Pacs().listening() as destination:
        rungs = rungs_of(destination.queried_at(port=free_port))
    assert [rung.passed for rung in rungs] == [True] * 5 + [False]
    where = f"{destination.called_ae} at 127.0.0.1:{free_port}"
    said = f"Queries go to {where}. The system at 127.0.0.1:{free_port} rejected the connection: "
    assert str(rungs[5].sentence).startswith(said)
    assert rungs[5].who == PACS_ADMINISTRATOR
    assert discover_step.usable(rungs)


def test_one_that_does_not_answer_is_named() -> None:
    refusing = Pacs(name=lambda keys, uids: (0xA700, []))
    with Pacs().listening() as destination, refusing.listening() as other:
        rungs = rungs_of(destination.queried_at(other.host, other.port, "QUERY"))
    assert rungs[5].passed is False
    assert str(rungs[5].sentence).startswith(
        f"Queries go to QUERY at {other.address}. The test query was answered with an error"
    )


# Stopping


@pytest.mark.parametrize("silent_at", ["the association", "the echo", "the question"])
def test_it_can_be_stopped_while_the_other_side_is_silent(silent_at: str) -> None:
    def behave(peer: Peer) -> None:
        if silent_at == "the association":
            peer.hold()
        peer.accept()
        while True:
            message = peer.message()
            if message is None:
                return
            if (silent_at == "the question") == (message.command.CommandField == 0x0020):
                peer.hold()
            peer.send(response(message, 0))

    with FaultServer(behave) as server:
        watcher = Watcher()
        job = started("discover", lambda control, events: discover.run(server.destination, control, events), watcher)
        server.await_reached()
        job.control.stop()
        assert finished(job).outcome == "stopped"
    assert watcher.facts[-1] is job.finished


# What is said of the whole


@pytest.mark.parametrize(
    ("passed", "says", "usable"),
    [
        ((True, True, True, True, True, True), "The connection test has passed.", True),
        ((True, True, True, True, True, False), "accepts images, but the test query failed", True),
        ((True, True, True, True, False, True), "did not show that it accepts images", False),
        ((True, True, True, True, False, False), "did not show that it accepts images", False),
        ((True, True, True, False, None, None), "does not work yet", False),
        ((False, None, None, None, None, None), "does not work yet", False),
    ],
)
def test_copying_is_never_said_to_be_possible_where_the_test_of_images_failed(
    passed: tuple[bool | None, ...], says: str, usable: bool
) -> None:
    rungs = tuple(Rung(name, one, Message("")) for name, one in zip(RUNG_NAMES, passed))
    sentence = str(discover_step.summary(rungs))
    assert says in sentence
    assert ("Nothing can be copied" not in sentence) == usable == discover_step.usable(rungs)


def test_a_pacs_that_takes_no_images_and_answers_no_query_is_not_said_to_be_ready_for_copying() -> None:
    with Pacs(answer=only(VERIFICATION, FIND), name=lambda keys, uids: (0xA700, [])).listening() as destination:
        rungs = rungs_of(destination)
    assert [rung.passed for rung in rungs] == [True, True, True, True, False, False]
    said = [str(rung.sentence) for rung in rungs] + [str(discover_step.summary(rungs))]
    assert not any("works" in sentence for sentence in said)
    assert "Nothing can be copied" in said[-1]


def test_a_rung_for_programs_is_english_and_has_its_code() -> None:
    rung = Rung(
        "reached", False, Message("No response from {address}.", address="A:1"), "errno 111", IT, 0.5, "unreachable"
    )
    assert rung.for_programs() == {
        **{"name": "reached", "passed": False, "sentence": "No response from A:1.", "details": "errno 111"},
        **{"who": "it", "seconds": 0.5, "code": "unreachable"},
    }


# Negotiation


def test_kinds_are_negotiated_and_nothing_is_sent() -> None:
    pacs = Pacs(answer=lambda sop_class, syntax: (4 if syntax.endswith(".4.50") else 0, syntax))
    kinds = [("1.2.840.10008.5.1.4.1.1.2", f"1.2.840.10008.1.2.4.{number}") for number in (50, 70, 90)]
    with pacs.listening() as destination:
        results = supported_kinds.negotiate(destination, kinds, Control())
    assert dict(results) == {kinds[0]: 4, kinds[1]: 0, kinds[2]: 0}
    assert pacs.times == {}
    assert pacs.server.releases == 1


def test_more_kinds_than_one_association_holds_are_negotiated_on_several() -> None:
    kinds = [(f"1.2.3.{number}", "1.2.840.10008.1.2.1") for number in range(150)]
    pacs = Pacs(answer=lambda sop_class, syntax: (int(sop_class.rpartition(".")[2]) % 5, syntax))
    with pacs.listening() as destination:
        results = supported_kinds.negotiate(destination, kinds, Control())
    assert dict(results) == {kind: number % 5 for number, kind in enumerate(kinds)}
    assert pacs.opened > 1


def test_without_kinds_nobody_is_asked(free_port: int) -> None:
    assert supported_kinds.negotiate(Destination("127.0.0.1", free_port, "PACS"), [], Control()) == []
