from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.report.samples import Sample, troubled
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
    assert (judged.mark, judged.headline) == (OPEN, "Nothing has been read yet")


def test_files_without_images_are_no_success(sample: Sample) -> None:
    sample.file()
    sample.read()
    judged = judge(sample)
    assert (judged.mark, judged.headline) == (OPEN, "There was no image to copy")


def test_what_only_waits_is_not_copied(sample: Sample) -> None:
    sample.image()
    sample.read()
    judged = judge(sample)
    assert (judged.mark, judged.headline) == (OPEN, "Nothing has been copied yet")
    assert "1 image is to be copied." in judged.sentences


def test_copied_is_never_called_confirmed(sample: Sample) -> None:
    sample.answered(sample.image())
    sample.read()
    judged = judge(sample)
    assert (judged.mark, judged.headline) == (OPEN, "Copied, but not confirmed")
    assert "was not asked" in judged.sentences[0]


def test_an_answer_that_proves_nothing_is_not_called_confirmed(sample: Sample) -> None:
    entry = sample.image()
    sample.answered(entry)
    sample.read()
    sample.verified({entry: None})
    judged = judge(sample)
    assert (judged.mark, judged.headline) == (OPEN, "Copied, but not confirmed")
    assert judged.sentences[0].endswith("should be there; 1 is not checked.")


def test_all_named_and_nothing_else_is_good(sample: Sample) -> None:
    entries = [sample.image() for _ in range(3)]
    for entry in entries:
        sample.answered(entry)
    sample.read()
    sample.verified(dict.fromkeys(entries, 1))
    assert judge(sample) == Verdict(
        GOOD,
        "Everything chosen has arrived and is confirmed",
        ("When asked, the new PACS named all of 3 images.", "No file is an exception."),
    )


def test_one_missing_image_is_bad(sample: Sample) -> None:
    entries = [sample.image() for _ in range(3)]
    for entry in entries:
        sample.answered(entry)
    sample.read()
    sample.verified({entries[0]: 1, entries[1]: 1, entries[2]: 0})
    judged = judge(sample)
    assert (judged.mark, judged.headline) == (BAD, "Not everything has arrived")


def confirmed_image(sample: Sample) -> None:
    entry = sample.image()
    sample.answered(entry)
    sample.verified({entry: 1})


def test_a_reading_that_was_stopped_is_not_good(sample: Sample) -> None:
    confirmed_image(sample)
    judged = judge(sample)
    assert judged.mark == OPEN
    assert "was not finished" in judged.sentences[-1]


def test_a_folder_that_could_not_be_opened_is_not_good(sample: Sample) -> None:
    confirmed_image(sample)
    sample.folder(b"/archive/locked", "Permission denied")
    sample.read()
    judged = judge(sample)
    assert judged.mark == OPEN
    assert judged.sentences[-1].startswith("1 folder could not be opened")


def test_a_file_that_could_not_be_read_is_not_good(sample: Sample) -> None:
    confirmed_image(sample)
    sample.file("unreadable")
    sample.read()
    judged = judge(sample)
    assert judged.mark == OPEN
    assert judged.sentences[1].startswith("1 file is an exception")


def test_sums_that_do_not_add_up_are_not_good(sample: Sample) -> None:
    confirmed_image(sample)
    sample.read()
    with sample.manifest.writing() as db:
        db.execute("UPDATE reading SET files = files + 1")
    judged = judge(sample)
    assert judged.mark == OPEN
    assert judged.sentences[-1].startswith("The sums do not add up.")


def test_what_was_left_out_by_choice_is_no_exception(sample: Sample) -> None:
    confirmed_image(sample)
    left = sample.image(study_uid="1.2.3.4.8", series_uid="1.2.3.4.8.1")
    sample.read()
    with sample.manifest.writing() as db:
        db.execute("UPDATE series SET ticked = 0 WHERE id = (SELECT series FROM entry WHERE id = ?)", (left,))
    assert judge(sample).mark == GOOD


def test_trouble_is_counted_in_the_sentences(tmp_path: Path) -> None:
    with troubled(tmp_path / "t.sqlite") as sample:
        judged = judge(sample)
    assert judged.mark == BAD
    assert judged.sentences == (
        "When asked, the new PACS named 6 of the 11 images that should be there; it did not name 1, 4 are not checked.",
        "7 files are exceptions: the list says why, and who must act.",
        "1 folder could not be opened: what is inside is not part of these numbers.",
    )
