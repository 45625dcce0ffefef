"""What answers and refusals mean: every status of the standard's table, and everything that is not in it."""

from __future__ import annotations

import pytest

from wizard.dicom import status
from wizard.errors import OLD_PACS, PACS_ADMINISTRATOR, YOU, AssociationRejected

# PS3.4 table B.2-1 and PS3.7 Annex C; bucket and retry are the program's (first, last, bucket, retry).
TABLE = [
    (0x0000, 0x0000, "copied", "no"),
    (0x0105, 0x0106, "refused", "no"),
    (0x0107, 0x0107, "copied_with_remark", "no"),
    (0x0110, 0x0110, "refused", "once"),
    (0x0111, 0x0111, "unknown", "ask"),
    (0x0112, 0x0112, "refused", "no"),
    (0x0115, 0x0115, "refused", "no"),
    (0x0116, 0x0116, "copied_with_remark", "no"),
    (0x0117, 0x0122, "refused", "no"),
    (0x0124, 0x0124, "refused", "stop"),
    (0x0210, 0x0210, "unknown", "ask"),
    (0x0211, 0x0212, "refused", "no"),
    (0x0213, 0x0213, "refused", "later"),
    (0x0214, 0x0214, "refused", "stop"),
    (0xA700, 0xA7FF, "refused", "later"),
    (0xA900, 0xA9FF, "refused", "no"),
    (0xB000, 0xBFFF, "copied_with_remark", "no"),
    (0xC000, 0xCFFF, "refused", "once"),
]


@pytest.mark.parametrize(("first", "last", "bucket", "retry"), TABLE)
def test_a_status_of_the_standard_has_its_bucket(first: int, last: int, bucket: str, retry: str) -> None:
    # Between 0117 and 0122 a few numbers are not statuses.
    for code in (first, last) if last - first < 0x20 else range(first, last + 1):
        assert (status.meaning(code).bucket, status.meaning(code).retry) == (bucket, retry), f"{code:04X}"


def test_only_0000_is_success() -> None:
    assert [code for code in range(0x10000) if status.meaning(code).bucket == "copied"] == [0]


def test_everything_else_may_or_may_not_have_arrived() -> None:
    known = {code for first, last, _, _ in TABLE for code in range(first, last + 1)}
    others = set(range(0x10000)) - known
    assert {0xFF00, 0xFF01, 0xFE00, 0xFFFA, 0xA600, 0x0001} <= others
    for code in others:
        assert (status.meaning(code).bucket, status.meaning(code).retry) == ("unknown", "ask"), f"{code:04X}"


def test_whatever_is_not_plain_success_says_who_must_act_in_a_sentence() -> None:
    for code in range(1, 0x10000):
        meaning = status.meaning(code)
        assert meaning.who in (YOU, PACS_ADMINISTRATOR, OLD_PACS)
        assert meaning.sentence.endswith("."), f"{code:04X}"


@pytest.mark.parametrize(
    ("source", "reason", "words"),
    [
        (1, 1, "without giving a reason"),
        (1, 2, "application context"),
        (1, 3, "its AE title “MIGRATOR” must be entered there"),
        (1, 7, "does not answer to the AE title “NEWPACS”"),
        (2, 1, "without giving a reason"),
        (2, 2, "version of DICOM"),
        (3, 1, "busy at the moment"),
        (3, 2, "no more connections at the moment"),
        (9, 9, "refused the connection."),
    ],
)
def test_a_refusal_is_said_in_words(source: int, reason: int, words: str) -> None:
    assert words in status.rejection(source, reason, "NEWPACS", "MIGRATOR")


@pytest.mark.parametrize(
    ("result", "source", "congested"),
    [(1, 1, False), (1, 2, False), (1, 3, True), (2, 1, True), (2, 3, True)],
)
def test_a_refusal_that_will_pass_is_told_from_one_that_will_not(result: int, source: int, congested: bool) -> None:
    assert AssociationRejected("", result, source, 1).congested is congested


def test_every_result_of_a_negotiation_has_its_words() -> None:
    assert set(status.CONTEXT_RESULTS) == {0, 1, 2, 3, 4}
    assert "SOP class" in status.CONTEXT_RESULTS[3]
    assert "transfer syntax" in status.CONTEXT_RESULTS[4]
