"""Test the meaning of statuses and rejections: every status of the standard's table, and all others."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from wizard.dicom import status
from wizard.errors import AssociationRejected
from wizard.language.message import NOTHING
from wizard.reasons import Reason
from wizard.vocabulary import Who

REMARK = "copied_with_remark"


class Row(NamedTuple):
    """One row of PS3.4 table B.2-1 or PS3.7 annex C, with what this program makes of it."""

    first: int
    last: int
    bucket: str
    retry: str
    who: str
    code: str


TABLE = [
    Row(0x0000, 0x0000, "copied", "no", "", ""),
    Row(0x0105, 0x0106, "refused", "no", Who.OLD_PACS, "value_not_allowed"),
    Row(0x0107, 0x0107, REMARK, "no", Who.PACS_ADMINISTRATOR, "values_not_recognised"),
    Row(0x0110, 0x0110, "refused", "once", Who.PACS_ADMINISTRATOR, "failed"),
    Row(0x0111, 0x0111, "unknown", "ask", Who.PACS_ADMINISTRATOR, "said_there"),
    Row(0x0112, 0x0112, "refused", "no", Who.PACS_ADMINISTRATOR, "type_rejected"),
    Row(0x0115, 0x0115, "refused", "no", Who.OLD_PACS, "value_not_allowed"),
    Row(0x0116, 0x0116, REMARK, "no", Who.PACS_ADMINISTRATOR, "value_out_of_range"),
    Row(0x0117, 0x0117, "refused", "no", Who.OLD_PACS, "uid_not_allowed"),
    Row(0x0118, 0x0118, "refused", "no", Who.PACS_ADMINISTRATOR, "type_rejected"),
    Row(0x0119, 0x0119, "refused", "no", Who.OLD_PACS, "rejected_content"),
    Row(0x0120, 0x0121, "refused", "no", Who.OLD_PACS, "value_missing"),
    Row(0x0122, 0x0122, "refused", "no", Who.PACS_ADMINISTRATOR, "type_rejected"),
    Row(0x0124, 0x0124, "refused", "stop", Who.PACS_ADMINISTRATOR, "not_allowed"),
    Row(0x0210, 0x0210, "unknown", "ask", Who.YOU, "said_twice"),
    Row(0x0211, 0x0212, "refused", "no", Who.PACS_ADMINISTRATOR, "store_not_offered"),
    Row(0x0213, 0x0213, "refused", "later", Who.PACS_ADMINISTRATOR, "full"),
    Row(0x0214, 0x0214, "refused", "stop", Who.PACS_ADMINISTRATOR, "not_allowed"),
    Row(0xA700, 0xA7FF, "refused", "later", Who.PACS_ADMINISTRATOR, "full"),
    Row(0xA900, 0xA9FF, "refused", "no", Who.OLD_PACS, "rejected_content"),
    Row(0xB000, 0xB000, REMARK, "no", Who.PACS_ADMINISTRATOR, "data_changed"),
    Row(0xB001, 0xB005, REMARK, "no", Who.PACS_ADMINISTRATOR, "warning"),
    Row(0xB006, 0xB006, REMARK, "no", Who.PACS_ADMINISTRATOR, "data_discarded"),
    Row(0xB007, 0xB007, REMARK, "no", Who.PACS_ADMINISTRATOR, "data_does_not_match"),
    Row(0xB008, 0xBFFF, REMARK, "no", Who.PACS_ADMINISTRATOR, "warning"),
    Row(0xC000, 0xCFFF, "refused", "once", Who.OLD_PACS, "not_understood"),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.first:04X}-{row.last:04X}")
def test_a_status_of_the_standard_has_its_meaning_from_the_first_to_the_last_of_its_range(row: Row) -> None:
    for code in range(row.first, row.last + 1):
        meaning = status.meaning(code)
        assert (meaning.bucket, meaning.retry) == (row.bucket, row.retry), f"{code:04X}"
        assert meaning.reason == (Reason(row.code) if row.code else None), f"{code:04X}"
        assert meaning.reason is None or meaning.reason.who == row.who, f"{code:04X}"


def test_only_0000_is_success() -> None:
    assert [code for code in range(0x10000) if status.meaning(code).bucket == "copied"] == [0]


def test_everything_else_may_or_may_not_have_arrived() -> None:
    known = {code for row in TABLE for code in range(row.first, row.last + 1)}
    others = set(range(0x10000)) - known
    borders = {0xA6FF, 0xA800, 0xA8FF, 0xAA00, 0xAFFF, 0xD000, 0x0108, 0x010F, 0x0113, 0x0123, 0x020F, 0x0215}
    assert borders | {0xFF00, 0xFF01, 0xFE00, 0xFFFA, 0xFFFB, 0xFFFF, 0x0001} <= others
    for code in others:
        assert status.meaning(code) is status.UNDEFINED, f"{code:04X}"
    for meaning in (status.UNDEFINED, status.NO_ANSWER):
        assert (meaning.bucket, meaning.retry) == ("unknown", "ask")


def test_whatever_is_not_plain_success_has_a_reason_for_its_outcome_and_who_needs_to_act() -> None:
    for code in range(1, 0x10000):
        meaning = status.meaning(code)
        assert meaning.reason is not None and meaning.reason.outcome == meaning.bucket, f"{code:04X}"
        assert meaning.reason.who in (Who.YOU, Who.PACS_ADMINISTRATOR, Who.OLD_PACS)
        assert str(meaning.reason).endswith(".") and str(meaning.reason.next_step).endswith("."), f"{code:04X}"
        assert not meaning.reason.values, f"{code:04X}"


@pytest.mark.parametrize(
    ("source", "reason", "words"),
    [
        (1, 1, "without giving a reason"),
        (1, 2, "application context"),
        (1, 3, "Our AE title “MIGRATOR” must be registered there"),
        (1, 7, "does not recognise the AE title “NEWPACS”"),
        (2, 1, "without giving a reason"),
        (2, 2, "DICOM protocol version"),
        (3, 1, "busy at the moment"),
        (3, 2, "no more connections at the moment"),
        (9, 9, "rejected the connection."),
    ],
)
def test_a_refusal_is_said_in_words(source: int, reason: int, words: str) -> None:
    assert words in str(status.rejection(source, reason, "NEWPACS", "MIGRATOR"))


@pytest.mark.parametrize(
    ("result", "source", "congested"),
    [(1, 1, False), (1, 2, False), (1, 3, True), (2, 1, True), (2, 3, True)],
)
def test_a_refusal_that_will_pass_is_told_from_one_that_will_not(result: int, source: int, congested: bool) -> None:
    assert AssociationRejected(NOTHING, result, source, 1).congested is congested


def test_every_result_of_a_negotiation_that_is_no_acceptance_has_its_reason() -> None:
    assert set(status.CONTEXT_RESULTS) == {1, 2, 3, 4}  # PS3.8 table 9-18; 0 is acceptance
    for result, code in status.CONTEXT_RESULTS.items():
        reason = status.context_reason(result)
        assert (reason.code, reason.outcome, reason.who) == (code, "refused", Who.PACS_ADMINISTRATOR)
    assert status.context_reason(3).code == "sop_class_rejected"
    assert status.context_reason(4).code == "transfer_syntax_rejected"
    assert status.context_reason(99) == status.context_reason(2), "no reason is given"
