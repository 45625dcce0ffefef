"""The sentences of Copy and Check that count something, with one and with many."""

from __future__ import annotations

import re
from typing import Iterator

import pytest

from wizard import language
from wizard.language import render
from wizard.language.message import LONGEST_COMMENT, Message
from wizard.reasons import Reason
from wizard.ui.check import texts as check_texts
from wizard.ui.copy import texts
from wizard.ui.export import texts as export_texts
from wizard.ui.verify import texts as verify_texts
from wizard.vocabulary import Bucket

_PLURAL = {
    "en": re.compile(r"(?<![\d.,])1 (images|files|studies|lines|minutes|connections|folders)\b"),
    "de": re.compile(r"(?<![\d.,])1 (Bilder|Bildern|Dateien|Untersuchungen|Zeilen|Minuten|Verbindungen|Ordnern)\b"),
}


def counted() -> Iterator[Message]:
    """Every sentence of these four pages that counts, about one."""
    yield texts.copying(0, 1)
    yield texts.copy_rest(1)
    yield from (texts.images_a_second(rate) for rate in (1, 1.0, 0.96, 1.04))
    yield texts.speed(1.0, 1.0, 60)
    yield from (texts.tried("Muster", 1, missing, other, 1) for missing, other in ((0, 0), (1, 0), (0, 1)))
    yield texts.settings(1, 0, "", False, False)
    yield check_texts.totals(1, 1, 1, 1)
    yield check_texts.copy_studies(1)
    yield check_texts.folders_of_row(1, "/images")
    yield check_texts.first_folder_of_row(1, "/images")
    yield from (verify_texts.running(step, 1, 1, 1) for step in verify_texts.RUNNING)
    yield verify_texts.checking_again(60)
    yield from (verify_texts.study_heading("", None, 1, *parts) for parts in ((1, 1), (1, 0), (0, 1), (0, 0)))
    yield verify_texts.grade_means("A", 1)[1]
    yield from (verify_texts.listed(what, 1, 1) for what in ("not in the folders", "not in the list", "fewer", "more"))
    yield export_texts.saved(1)


@pytest.fixture(params=language.LANGUAGES)
def each_language(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(request.param)
    yield request.param
    language.use(language.ENGLISH)


def test_one_is_never_said_in_the_plural(each_language: str) -> None:
    for message in counted():
        said = render(message).replace("\u00a0", " ")
        assert not _PLURAL[each_language].search(said), said


def test_a_rate_has_one_decimal_while_it_is_slow() -> None:
    rates = {rate: render(texts.images_a_second(rate)).replace("\u00a0", " ") for rate in (0.04, 0.5, 2.54, 12.4, 1500)}
    assert [said.split(" images")[0] for said in rates.values()] == ["0", "0.5", "2.5", "12", "1 500"]


@pytest.mark.parametrize("sentence", [texts.NOT_STARTED, texts.COPIED_ALL, texts.STARTING, texts.NO_SPEED])
def test_before_anything_was_sent_nothing_is_said_to_have_been_copied(sentence: Message) -> None:
    said = str(sentence)
    assert "has been" not in said and "was copied" not in said and "have been" not in said


def test_the_last_setting_is_named_as_its_box_is(each_language: str) -> None:
    assert render(texts.SKIP_EXISTING) in render(texts.SETTINGS_LEAD)
    assert render(texts.RESUME) in render(texts.PAUSED)


def test_the_details_of_a_file_name_reason_person_and_next_step() -> None:
    reason = Reason("type_rejected")
    shown = {str(label): str(value) for label, value in texts.details("/images/1", Bucket.REFUSED, reason)}
    assert shown == {
        "File": "/images/1",
        "Outcome": "Rejected",
        "Reason": str(reason),
        "Action by": "the administrator of the new PACS",
        "Next step": str(reason.next_step),
    }
    assert list(dict(texts.details("/images/1", Bucket.COPIED, None)).values()) == [
        "/images/1",
        texts.BUCKETS["copied"],
    ]


def test_a_long_comment_is_short_beside_the_rest_and_bounded_in_the_technical_details() -> None:
    shown = {str(label): str(value) for label, value in texts.answer_details(0x0122, "x" * 65536, "1.2", "full")}
    assert shown["Status code"] == "0122H" and shown["Reason code"] == "full"
    assert len(shown["Comment from the new PACS"]) == LONGEST_COMMENT
    assert len(shown["Technical details"]) == 1024
    assert "Technical details" not in {str(one): two for one, two in texts.answer_details(None, "short", "", "")}


def test_no_sentence_carries_the_codes_of_the_standard() -> None:
    for bucket in Bucket:
        assert "(status" not in str(texts.outcome(bucket, Reason("type_rejected")))
