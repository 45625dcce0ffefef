from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.report.samples import Sample, troubled
from wizard.language.message import Foreign
from wizard.reasons import Reason
from wizard.report import figures
from wizard.report.verdict import BAD, GOOD, OPEN, Verdict, verdict


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with Sample(tmp_path / "m.sqlite") as sample:
        yield sample


def judge(sample: Sample) -> Verdict:
    return verdict(figures.gather(sample.manifest))


def test_before_anything_is_read_it_says_so(sample: Sample) -> None:
    judged = judge(sample)
    assert (judged.mark, str(judged.headline)) == (OPEN, "No file has been read yet")


def test_files_without_images_are_no_success(sample: Sample) -> None:
    sample.file()
    sample.read()
    judged = judge(sample)
    assert (judged.mark, str(judged.headline)) == (OPEN, "No image was selected for copying")


def test_what_only_waits_is_not_copied(sample: Sample) -> None:
    sample.image()
    sample.read()
    judged = judge(sample)
    assert (judged.mark, str(judged.headline)) == (OPEN, "No image is recorded as copied yet")
    assert "1 image is to be copied." in map(str, judged.sentences)


def test_copied_is_never_called_confirmed(sample: Sample) -> None:
    sample.answered(sample.image())
    sample.read()
    judged = judge(sample)
    assert (judged.mark, str(judged.headline)) == (OPEN, "Copied, but not confirmed")
    assert str(judged.sentences[1]) == "The new PACS was not queried afterwards."


def test_an_answer_that_proves_nothing_is_not_called_confirmed(sample: Sample) -> None:
    entry = sample.image()
    sample.answered(entry)
    sample.read()
    sample.verified({entry: None})
    judged = judge(sample)
    assert (judged.mark, str(judged.headline)) == (OPEN, "Copied, but not confirmed")
    assert str(judged.sentences[0]).endswith("confirmed 0 of 1 image. Not found: 0. Not checked: 1.")


def test_all_named_and_nothing_else_is_good(sample: Sample) -> None:
    entries = [sample.image() for _ in range(3)]
    for entry in entries:
        sample.answered(entry)
    sample.read()
    sample.verified(dict.fromkeys(entries, 1))
    judged = judge(sample)
    assert (judged.mark, str(judged.headline)) == (GOOD, "All selected images are confirmed by the new PACS")
    said = ("The new PACS confirmed all 3 images.", "There are no open items.")
    assert tuple(map(str, judged.sentences)) == said


def test_one_missing_image_is_bad(sample: Sample) -> None:
    entries = [sample.image() for _ in range(3)]
    for entry in entries:
        sample.answered(entry)
    sample.read()
    sample.verified({entries[0]: 1, entries[1]: 1, entries[2]: 0})
    judged = judge(sample)
    assert (judged.mark, str(judged.headline)) == (BAD, "Not all images were found in the new PACS")


def confirmed_image(sample: Sample) -> None:
    entry = sample.image()
    sample.answered(entry)
    sample.verified({entry: 1})


def test_a_reading_that_was_stopped_is_not_good(sample: Sample) -> None:
    confirmed_image(sample)
    judged = judge(sample)
    assert judged.mark == OPEN
    assert "were not read completely" in str(judged.sentences[-1])


def test_a_folder_that_could_not_be_opened_is_not_good(sample: Sample) -> None:
    confirmed_image(sample)
    sample.folder(b"/archive/locked", Reason("folder_not_opened", why=Foreign("Permission denied")))
    sample.read()
    judged = judge(sample)
    assert judged.mark == OPEN
    assert str(judged.sentences[-1]).startswith("1 folder could not be opened")


def test_a_file_that_could_not_be_read_is_not_good(sample: Sample) -> None:
    confirmed_image(sample)
    sample.file("unreadable")
    sample.read()
    judged = judge(sample)
    assert judged.mark == OPEN
    assert str(judged.sentences[1]).startswith("There is 1 open item.")


def test_sums_that_do_not_add_up_are_not_good(sample: Sample) -> None:
    confirmed_image(sample)
    sample.read()
    with sample.manifest.writing() as db:
        db.execute("UPDATE reading SET files = files + 1")
    judged = judge(sample)
    assert judged.mark == OPEN
    assert str(judged.sentences[-1]).startswith("The totals do not match.")


def test_what_was_excluded_is_no_open_item_and_is_counted(sample: Sample) -> None:
    confirmed_image(sample)
    left = sample.image(study_uid="1.2.3.4.8", series_uid="1.2.3.4.8.1")
    sample.read()
    with sample.manifest.writing() as db:
        db.execute("UPDATE series SET ticked = 0 WHERE id = (SELECT series FROM entry WHERE id = ?)", (left,))
    judged = judge(sample)
    assert judged.mark == GOOD
    assert str(judged.sentences[-1]).startswith("1 image was excluded")


def test_open_items_are_counted_in_the_sentences(tmp_path: Path) -> None:
    with troubled(tmp_path / "t.sqlite") as sample:
        judged = judge(sample)
    assert judged.mark == BAD
    assert tuple(map(str, judged.sentences)) == (
        "The new PACS confirmed 6 of 11 images. Not found: 1. Not checked: 4.",
        "There are 7 open items. The list of open items gives the reasons and who needs to act.",
        "1 image was excluded by the filter, by unticking it or by a decision.",
        "1 folder could not be opened: its contents are not included in these numbers.",
    )
