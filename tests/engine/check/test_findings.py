"""The findings: one line for each thing a person should know before copying."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.engine.check.finding import finding
from tests.report.samples import Sample
from wizard.engine.check import findings
from wizard.engine.check.findings import Finding
from wizard.errors import OLD_PACS, PACS_ADMINISTRATOR, YOU
from wizard.manifest import decisions, ledger


def test_what_can_be_decided_says_what_will_be_done_and_what_else_may_be(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for number in range(3):
            sample.file("damaged", reason=f"cut off at {number}", who=OLD_PACS, topic="broken", finding="cut off")
        sample.image("duplicate")
        sample.image()
        sample.read()
        found = finding(sample.manifest, "damaged")
        assert found == Finding(
            *(3, "damaged: cut off or broken inside, or without the picture", OLD_PACS, "damaged"),
            *("leave_out", ("leave_out", "send_last")),
        )
        assert str(found) == (
            "3: damaged: cut off or broken inside, or without the picture (the maker of the old PACS) "
            "[damaged: left out]"
        )
        assert str(finding(sample.manifest, "duplicates")) == (
            "1: exact duplicates of other files; each image is sent once"
        )
        decisions.decide(sample.manifest, "damaged", "send_last")
        assert str(finding(sample.manifest, "damaged")) == (
            "3: damaged: cut off or broken inside, or without the picture; 3 of them cannot be sent: something that "
            "sending needs is missing, or another file has the same identity (the maker of the old PACS) "
            "[damaged: sent last]"
        )


def test_every_topic_has_a_sentence_and_every_finding_of_the_reader_a_topic(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for topic in ledger.FINDINGS:
            bucket = "damaged" if topic in ("broken", "no_picture") else "held_back"
            sample.file(bucket, topic=topic)
        found = findings.read(sample.manifest)
        assert sum(line.count for line in found if line.action) == len(ledger.FINDINGS) == len(found) + 1
    assert list(findings._SENTENCES) == list(decisions.RULES)


def test_of_a_conflict_that_was_decided_the_first_of_each_is_said_to_be_sent(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image("conflict", sop_uid="1.5", reason="2 different images claim the same identity", who=YOU)
        sample.image("conflict", sop_uid="1.5", reason="2 different images claim the same identity", who=YOU)
        sample.read()
        decisions.decide(sample.manifest, "conflict", "send")
        (found,) = findings.read(sample.manifest)
        assert (found.count, found.done) == (2, "the first of each is sent")


def test_a_reason_is_given_once_and_never_twice(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image("refused", reason="the disk is full", who=PACS_ADMINISTRATOR)
        sample.image("changed", reason="changed since it was read")
        assert finding(sample.manifest, "refused").sentence == "refused by the new PACS (the disk is full)"
        assert finding(sample.manifest, "changed").sentence == "changed since it was read"
        assert not [found for found in findings.read(sample.manifest) if found.topic == "pending"]


def test_a_dicomdir_that_lists_what_is_not_here_is_told(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        folder = os.fsencode(os.path.join(os.sep, "archive"))
        sample.file("index", os.path.join(folder, b"DICOMDIR"), references=("A/IM1", "A/IM2"))
        sample.image(path=os.path.join(folder, b"a", b"im1"))
        assert str(finding(sample.manifest, "dicomdir")) == "1: files are listed in a DICOMDIR and are not here (you)"


def test_folders_and_packed_archives_are_lines_of_their_own(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for name in (b"a.zip", b"b.ISO", b"c.txt"):
            sample.file("not_dicom", b"/archive/" + name)
        sample.folder(b"/archive/secret", "Permission denied")
        sample.read()
        assert finding(sample.manifest, "archives").count == 2
        assert finding(sample.manifest, "folders").count == 1


@pytest.mark.parametrize(
    ("topic", "first", "second", "says"),
    [
        (
            "identity",
            {"name": "Muster, Anna"},
            {"name": "Muster, Änne"},
            "patient IDs stand for patients with different",
        ),
        ("identity", {"sex": "F"}, {"sex": "M"}, "patient IDs stand for patients with different"),
        ("two_patients", {"patient_id": "1"}, {"patient_id": "2"}, "studies belong to two patients at once"),
        ("no_patient_id", {"patient_id": ""}, {"patient_id": ""}, "patients have no real patient ID"),
        ("no_patient_id", {"patient_id": "ANONYMOUS"}, {"patient_id": "ANONYMOUS"}, "patients have no real patient ID"),
    ],
)
def test_doubts_about_who_is_who_are_told(
    topic: str, first: dict[str, Any], second: dict[str, Any], says: str, tmp_path: Path
) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image(**first)
        sample.image(**second)
        found = finding(sample.manifest, topic)
    assert (found.count, found.who) == (1, YOU)
    assert found.sentence.startswith(says)


def test_the_same_id_of_two_issuers_is_no_doubt(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image(issuer="A", name="Muster, Anna", study_uid="1.1")
        sample.image(issuer="B", name="Beispiel, Bernd", study_uid="1.2")
        assert findings.read(sample.manifest) == ()
