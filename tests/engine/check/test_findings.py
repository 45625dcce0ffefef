"""The findings: one line for each thing a person should know before copying."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.engine.check.finding import finding
from tests.report.samples import Sample
from wizard import language
from wizard.engine.check import findings, topics
from wizard.manifest import decisions, ledger
from wizard.manifest.ledger import ReasonCount
from wizard.reasons import Reason
from wizard.vocabulary import Action, Bucket, Topic, Who


def test_what_can_be_decided_says_what_will_be_done_and_what_else_may_be(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for _ in range(3):
            sample.file("damaged", topic="broken")
        sample.image("duplicate")
        sample.image()
        sample.read()
        found = finding(sample.manifest, "damaged")
        assert (found.count, found.who, found.action) == (3, Who.OLD_PACS, Action.LEAVE_OUT)
        assert found.actions == (Action.LEAVE_OUT, Action.SEND_LAST)
        damaged = "3 files are damaged: cut off, broken inside, or without their picture or document."
        assert str(found) == (
            f"{damaged} Action by: the vendor of the old PACS. "
            "Planned: do not copy (to change this: --decide damaged=…)."
        )
        assert str(finding(sample.manifest, "duplicate")) == (
            "1 file is a duplicate of another file; each image is copied once."
        )
        decisions.decide(sample.manifest, "damaged", "send_last")
        assert str(finding(sample.manifest, "damaged")) == (
            f"{damaged} 3 files cannot be copied even so: required data is missing, or another file has the same UID. "
            "Action by: the vendor of the old PACS. Planned: copy last (to change this: --decide damaged=…)."
        )


def test_every_topic_has_a_sentence_and_every_topic_of_reading_a_finding(tmp_path: Path) -> None:
    found_by_reading = [*topics.SENTENCES][: [*topics.SENTENCES].index(Topic.CONFLICT)]
    with Sample(tmp_path / "m.sqlite") as sample:
        for topic in (Topic.BROKEN, Topic.NO_PICTURE, *found_by_reading[1:]):
            sample.file("damaged" if topic in (Topic.BROKEN, Topic.NO_PICTURE) else "held_back", topic=topic)
        assert [line.code for line in findings.read(sample.manifest)] == found_by_reading
        assert {line.code: line.count for line in findings.read(sample.manifest) if line.count > 1} == {"damaged": 2}
    assert list(topics.SENTENCES) == list(decisions.RULES)


@pytest.mark.parametrize("topic", list(decisions.RULES))
def test_one_is_one_and_more_are_more(topic: str) -> None:
    """Each sentence is whole, with its number, in both languages."""
    before = language.now()
    try:
        for code in language.LANGUAGES:
            language.use(code)
            one, two = (language.plainly(topics.SENTENCES[topic](n)) for n in (1, 2))
            assert one != two.replace("2", "1"), "the words agree with the number"
            assert ("1" in one) and ("2" in two) and one.endswith(".") and two.endswith(".")
            assert (one == str(topics.SENTENCES[topic](1))) == (code == language.ENGLISH)
    finally:
        language.use(before)


def test_of_a_conflict_that_was_decided_the_first_of_each_is_said_to_be_copied(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for _ in range(2):
            sample.image("conflict", sop_uid="1.5")
        sample.read()
        decisions.decide(sample.manifest, "conflict", "send")
        (found,) = findings.read(sample.manifest)
        assert (found.count, str(found.done)) == (2, "copy the first of each")


def test_what_nobody_can_decide_is_told_with_its_reason_and_under_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = [
        ReasonCount(Bucket.REFUSED, Reason("full"), 2, ""),
        ReasonCount(Bucket.UNKNOWN, Reason("no_response"), 1, ""),
        ReasonCount(Bucket.CHANGED, Reason("changed"), 1, ""),
        ReasonCount(Bucket.UNREADABLE, None, 4, ""),
        ReasonCount(Bucket.REFUSED, Reason("not_found_after_tries", n=3), 2, "", alike=False),
        ReasonCount(Bucket.DAMAGED, None, 5, Topic.BROKEN),  # those are decided about
        ReasonCount(Bucket.PENDING, Reason("again_after_query"), 3, ""),
    ]
    monkeypatch.setattr(ledger, "reasons", lambda manifest: counted)
    with Sample(tmp_path / "m.sqlite") as sample:
        found = findings.read(sample.manifest)
    assert [line.as_dict() for line in found] == [
        {"code": code, "count": count, "who": who, "action": "", "sentence": sentence}
        for code, count, who, sentence in (
            ("full", 2, "pacs_administrator", f"2 images could not be copied, each for this reason: {Reason('full')}"),
            (
                *("no_response", 1, "pacs_administrator"),
                f"The outcome of 1 image is not known for this reason: {Reason('no_response')}",
            ),
            ("changed", 1, "you", f"1 file needs attention for this reason: {Reason('changed')}"),
            (
                *("unreadable", 4, ""),
                f"4 files need attention, each for this reason: {ledger.BUCKETS[Bucket.UNREADABLE]}",
            ),
            (
                *("not_found_after_tries", 2, "pacs_administrator"),
                f"2 images could not be copied. For example: {Reason('not_found_after_tries', n=3)}",
            ),
        )
    ]
    assert str(found[0]).endswith(f"Action by: the administrator of the new PACS. {Reason('full').next_step}")


def test_an_option_is_spelled_as_it_is_typed(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for _ in range(2):
            sample.file("held_back", topic="odd_length")
        sample.read()
        assert "--decide odd-length=…" in str(finding(sample.manifest, "odd_length"))


def test_a_dicomdir_that_lists_what_is_not_here_is_told(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        folder = os.fsencode(os.path.join(os.sep, "archive"))
        sample.file("index", os.path.join(folder, b"DICOMDIR"), references=("A/IM1", "A/IM2"))
        sample.image(path=os.path.join(folder, b"a", b"im1"))
        assert str(finding(sample.manifest, findings.NOT_IN_PLACE)) == (
            "1 file is listed in a DICOMDIR and was not found. Action by: you."
        )


def test_folders_and_packed_archives_are_lines_of_their_own(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for name in (b"a.zip", b"b.ISO", b"c.txt"):
            sample.file("not_dicom", b"/archive/" + name)
        sample.folder(b"/archive/secret", Reason("folder_not_opened", why="Permission denied"))
        sample.read()
        assert str(finding(sample.manifest, findings.CONTAINERS).sentence).startswith("2 container files")
        assert str(finding(sample.manifest, findings.FOLDERS).sentence).startswith("1 folder could not be opened")


@pytest.mark.parametrize(
    ("topic", "first", "second"),
    [
        ("identity", {"name": "Muster, Anna"}, {"name": "Muster, Änne"}),
        ("identity", {"sex": "F"}, {"sex": "M"}),
        ("two_patients", {"patient_id": "1"}, {"patient_id": "2"}),
        ("no_patient_id", {"patient_id": ""}, {"patient_id": ""}),
        ("no_patient_id", {"patient_id": "ANONYMOUS"}, {"patient_id": "ANONYMOUS"}),
    ],
)
def test_doubts_about_who_is_who_are_told(
    topic: str, first: dict[str, Any], second: dict[str, Any], tmp_path: Path
) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image(**first)
        sample.image(**second)
        found = finding(sample.manifest, topic)
    assert (found.count, found.who) == (1, Who.YOU)
    assert found.sentence == topics.SENTENCES[topic](1)


def test_the_same_id_of_two_issuers_is_no_doubt(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image(issuer="A", name="Muster, Anna", study_uid="1.1")
        sample.image(issuer="B", name="Beispiel, Bernd", study_uid="1.2")
        assert findings.read(sample.manifest) == ()
