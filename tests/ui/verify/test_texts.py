"""The sentences about an image that is not confirmed: why, who needs to act, and what can be done."""

from __future__ import annotations

from typing import Iterator

import pytest

from wizard import language
from wizard.language import render
from wizard.manifest import old_studies
from wizard.reasons import Reason
from wizard.ui.verify import texts
from wizard.vocabulary import Bucket, Who

REJECTED = Reason("type_rejected")


@pytest.fixture(params=language.LANGUAGES)
def each_language(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(request.param)
    yield request.param
    language.use(language.ENGLISH)


@pytest.mark.parametrize("bucket", Bucket)
@pytest.mark.parametrize("named", [None, 0, 1])
@pytest.mark.parametrize("reason", [REJECTED, None], ids=["reason", "none"])
def test_every_outcome_has_whole_sentences(
    each_language: str, bucket: Bucket, named: int | None, reason: Reason | None
) -> None:
    for said in (texts.why_not(bucket, reason, named), texts.next_step(bucket, reason, named)):
        assert not said or render(said)[-1] in ".…", render(said)
    assert render(texts.why_not(bucket, reason, named))


def test_nothing_is_said_to_be_copied_that_waits() -> None:
    said = render(texts.why_not(Bucket.PENDING, Reason("again_after_query"), None))
    assert said.startswith("Not copied yet.")
    assert texts.who_acts(Bucket.PENDING, None) == Who.YOU


def test_a_rejected_image_has_the_reason_and_its_next_step() -> None:
    assert str(REJECTED) in str(texts.why_not(Bucket.REFUSED, REJECTED, 0))
    assert texts.next_step(Bucket.REFUSED, REJECTED, 0) == REJECTED.next_step
    assert texts.who_acts(Bucket.REFUSED, REJECTED) == Who.PACS_ADMINISTRATOR


def test_a_button_is_named_as_it_is_labelled(each_language: str) -> None:
    copied, unchecked = texts.next_step(Bucket.COPIED, None, 0), texts.next_step(Bucket.COPIED, None, None)
    assert render(texts.COPY_MISSING) in render(copied)
    assert render(texts.CHECK_AGAIN) in render(unchecked)


def test_a_study_says_of_how_many_images_it_is_not_known_too() -> None:
    said = render(texts.study_heading("Muster, Anna", "20190302", 3, 1, 2))
    assert said == "Muster, Anna, 2019-03-02: 1 of 3\u00a0images not found, 2 not checked"
    assert render(texts.study_heading("", None, 1, 0, 1)).endswith("1 of 1\u00a0image not checked")
    assert render(texts.study_heading("", None, 1, 0, 0)).endswith("every image is confirmed")


@pytest.mark.parametrize(
    ("what", "listed", "here", "said"),
    [
        (old_studies.NOT_IN_FOLDERS, None, None, "In the list of the old PACS, not in the folders."),
        (old_studies.NOT_IN_FOLDERS, 1, None, "In the list of the old PACS with 1\u00a0image, not in the folders."),
        (old_studies.NOT_IN_LIST, None, 2, "In the folders with 2\u00a0images, not in the list of the old PACS."),
        (old_studies.FEWER, 3, 1, "In the folders with 1\u00a0image, in the list of the old PACS with 3."),
    ],
)
def test_a_difference_to_the_list_is_one_sentence(what: str, listed: int | None, here: int | None, said: str) -> None:
    assert render(texts.listed(what, listed, here)) == said
