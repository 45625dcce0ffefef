"""Failures that count against a file and those that do not, as sequences of answers."""

from __future__ import annotations

from collections import Counter

import pytest

from wizard.dicom import status
from wizard.dicom.association import Answer
from wizard.engine.copy.retry_policy import MOST_RETRIES, RetryPolicy
from wizard.engine.copy.sending import messages
from wizard.engine.copy.sending.messages import Sent
from wizard.language.message import NOTHING, Message
from wizard.manifest.queue import Attempt, Outcome, Ticket
from wizard.reasons import Reason
from wizard.vocabulary import Retry

OK, REMARK, FULL, LIMIT, BROKEN, PROCESSING, WRONG, KNOWN, ODD, NOT_ALLOWED = (
    *(0x0000, 0xB000, 0xA700, 0x0213, 0xC000, 0x0110, 0xA900, 0x0111, 0xFF00, 0x0124),
)
SILENT = Message("The new PACS does not respond.")
LOST, STOPPED, UNREADABLE = "lost", "stopped", "unreadable"


class Round:
    """Answers for files named by a letter; keeps their tries as the manifest would."""

    def __init__(self) -> None:
        self.policy = RetryPolicy()
        self.tries: Counter[str] = Counter()

    def judge(self, file: str, what: int | str, recalled: bool = False) -> tuple[str, int]:
        outcome = self.outcome(file, what, recalled)
        self.tries[file] += outcome.counts
        return outcome.bucket, outcome.counts

    def outcome(self, file: str, what: int | str, recalled: bool = False) -> Outcome:
        return self.policy.judge(came(file, what, self.tries[file]), recalled)

    def counted(self) -> str:
        """The files of which a failure counts now, as the dispatcher takes them."""
        files = [chr(entry) for entry in self.policy.take_counted()]
        self.tries.update(files)
        return "".join(sorted(files))


def came(file: str, what: int | str, tries: int) -> Sent:
    """The message of a sender about a file."""
    ticket = Ticket(ord(file), b"/archive", b"1", 1000, 0, 132, "1.2", "1.2.3", "1.2.4", tries, 1, 1, 0)
    attempt = Attempt(ticket.entry, 1.0, 1001, what if isinstance(what, int) else None, "", "", 868, 0.1)
    if isinstance(what, int):
        answer, meaning = Answer(what, "", "", b"x" * 32, 868, 0.1), status.meaning(what)
        return Sent(ticket, messages.answered(ticket, answer, meaning), meaning.retry, attempt)
    if what == UNREADABLE:
        return Sent(ticket, messages.unreadable(ticket, OSError(13, "Permission denied")), Retry.NO, None)
    return Sent(ticket, messages.unanswered(ticket), Retry(what), attempt)


@pytest.fixture
def round_() -> Round:
    return Round()


# (answers in order: file, what came -> bucket, counts at once), then the files of which a failure counts afterwards.
SEQUENCES = {
    "what is taken is copied": ([("a", OK, "copied", 0), ("b", REMARK, "copied_with_remark", 0)], ""),
    "what is refused is refused": ([("a", WRONG, "refused", 0), ("b", OK, "copied", 0)], ""),
    "what cannot be read is no failure of sending": ([("a", UNREADABLE, "unreadable", 0), ("b", OK, "copied", 0)], ""),
    "a full destination costs nothing while nothing passes": (
        [("a", FULL, "pending", 0), ("b", LIMIT, "pending", 0), ("c", WRONG, "refused", 0)],
        "",
    ),
    "it was the file once others pass after it": (
        [("a", FULL, "pending", 0), ("b", FULL, "pending", 0), ("c", OK, "copied", 0)],
        "ab",
    ),
    "what passed before says nothing": ([("c", OK, "copied", 0), ("a", FULL, "pending", 0)], ""),
    "a remark is a success": ([("a", FULL, "pending", 0), ("b", REMARK, "copied_with_remark", 0)], "a"),
    "silence costs nothing while nothing passes": ([("a", LOST, "unknown", 0), ("b", LOST, "unknown", 0)], ""),
    "silence is the file's once others pass": ([("a", LOST, "unknown", 0), ("b", OK, "copied", 0)], "a"),
    "stopping is nobody's fault": ([("a", STOPPED, "unknown", 0), ("b", OK, "copied", 0)], ""),
    "what is not understood is sent once more": ([("a", BROKEN, "pending", 1)], ""),
    "what could not be processed is sent once more": ([("a", PROCESSING, "pending", 1), ("b", OK, "copied", 0)], ""),
    "what it already has is asked about": ([("a", KNOWN, "unknown", 1), ("b", OK, "copied", 0)], ""),
    "what the standard does not know is asked about": ([("a", ODD, "unknown", 1)], ""),
}


@pytest.mark.parametrize(("answers", "counted"), SEQUENCES.values(), ids=SEQUENCES)
def test_the_first_time(answers: list[tuple[str, int | str, str, int]], counted: str, round_: Round) -> None:
    for file, what, bucket, counts in answers:
        assert round_.judge(file, what) == (bucket, counts)
    assert round_.counted() == counted
    assert round_.counted() == "", "it is told once"


@pytest.mark.parametrize("what", [FULL, LIMIT, LOST])
def test_what_failed_while_others_passed_counts_at_once_from_then_on(what: int | str, round_: Round) -> None:
    round_.judge("a", what)
    round_.judge("b", OK)
    assert round_.counted() == "a"
    round_.policy.begin()
    assert round_.judge("a", what) == ("unknown" if what == LOST else "pending", 1)
    round_.judge("b", OK)
    assert round_.counted() == ""
    assert round_.tries["a"] == 2


@pytest.mark.parametrize("what", [FULL, LOST])
def test_what_was_counted_while_it_was_out_again_counts_too(what: int | str, round_: Round) -> None:
    round_.judge("a", what)
    round_.policy.begin()
    again = came("a", what, 0)  # handed out before the others passed
    round_.judge("b", OK)
    assert round_.counted() == "a"
    assert round_.policy.judge(again).counts == 1


@pytest.mark.parametrize("what", [FULL, LOST])
def test_in_a_study_that_was_recalled_a_failure_counts_at_once(what: int | str, round_: Round) -> None:
    assert round_.judge("a", what, recalled=True)[1] == 1
    round_.judge("b", OK)
    assert round_.counted() == ""


@pytest.mark.parametrize("what", [FULL, LOST])
def test_a_destination_that_fails_for_many_rounds_costs_a_file_one_failure_at_most(
    what: int | str, round_: Round
) -> None:
    for _ in range(10):
        round_.policy.begin()
        round_.judge("a", what)
        assert round_.counted() == ""
    round_.policy.begin()
    round_.judge("b", OK)
    assert round_.counted() == "a"
    assert round_.tries["a"] == 1


def test_what_is_put_off_again_and_again_while_others_pass_is_refused_in_the_end(round_: Round) -> None:
    fates = []
    for _ in range(MOST_RETRIES + 1):
        round_.policy.begin()
        fates.append(round_.judge("a", FULL)[0])
        round_.judge("b", OK)
        round_.counted()
    assert fates == ["pending"] * MOST_RETRIES + ["refused"]
    outcome = round_.outcome("a", FULL)
    assert outcome.reason == status.meaning(FULL).reason == Reason("full")


@pytest.mark.parametrize("what", [BROKEN, PROCESSING])
def test_what_is_not_understood_twice_is_refused(what: int, round_: Round) -> None:
    assert round_.judge("a", what) == ("pending", 1)
    round_.policy.begin()
    assert round_.judge("a", what) == ("refused", 0)


# Why a round waits, and when it is over


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([OK, WRONG, BROKEN, KNOWN], NOTHING),
        ([STOPPED], NOTHING),
        ([FULL], Reason("full")),
        ([LOST], SILENT),
        ([LOST, FULL], Reason("full")),
        ([FULL, LOST], Reason("full")),
        ([FULL, OK], Reason("full")),
    ],
)
def test_it_says_why_files_wait(answers: list[int | str], why: Message, round_: Round) -> None:
    for number, what in enumerate(answers):
        round_.judge(chr(97 + number), what)
    assert round_.policy.put_off == why
    assert bool(why) == bool(round_.policy.put_off)
    round_.policy.begin()
    assert not round_.policy.put_off


def test_three_studies_set_aside_in_a_row_end_the_round(round_: Round) -> None:
    policy = round_.policy
    for expected in (False, False, True, True):
        policy.set_aside()
        assert (policy.over, policy.may_recall) == (expected, False)
    policy.begin()
    assert (policy.over, policy.may_recall) == (False, True)


def test_one_that_passes_in_between_opens_it_again(round_: Round) -> None:
    policy = round_.policy
    for _ in range(4):
        policy.set_aside()
        policy.set_aside()
        assert not policy.may_recall
        round_.judge("a", OK)
        assert policy.may_recall
    assert not policy.over


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([FULL], False),
        ([FULL, FULL], True),
        ([FULL, OK, FULL], False),
        ([FULL, WRONG, LIMIT], True),
        ([LOST, LOST, LOST], False),
        ([OK, OK], False),
    ],
)
def test_two_in_a_row_for_which_there_is_no_room_are_too_many_at_a_time(
    answers: list[int | str], expected: bool, round_: Round
) -> None:
    for number, what in enumerate(answers):
        round_.judge(chr(97 + number), what)
    assert round_.policy.out_of_resources == expected
    round_.counted()
    assert not round_.policy.out_of_resources


@pytest.mark.parametrize(
    ("what", "expected"), [(OK, True), (REMARK, True), (FULL, False), (WRONG, False), (LOST, False), (KNOWN, False)]
)
def test_what_was_taken_has_passed(what: int | str, expected: bool, round_: Round) -> None:
    round_.judge("a", what)
    assert round_.policy.passed == expected
    round_.counted()
    assert not round_.policy.passed


@pytest.mark.parametrize("what", [NOT_ALLOWED, 0x0214])
def test_where_sending_is_forbidden_the_run_ends(what: int, round_: Round) -> None:
    assert round_.policy.fatal is None
    assert round_.judge("a", what) == ("refused", 0)
    assert round_.policy.fatal is not None
    assert round_.policy.fatal.sentence == Reason("not_allowed")
    assert round_.policy.fatal.details == f"C-STORE status {what:04X}"


def test_every_status_has_a_fate_and_only_success_is_copied(round_: Round) -> None:
    for code in range(0x10000):
        bucket, _ = Round().judge("a", code)
        assert (bucket == "copied") == (code == 0)
        assert bucket in ("copied", "copied_with_remark", "pending", "refused", "unknown")
