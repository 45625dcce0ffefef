"""Test the sections of the report about gaps, speed, doubtful identities and choices against the manifest's numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.report.samples import Sample, troubled
from tests.report.test_html import Document
from wizard.manifest import copy_settings, decisions, proof, speed, tree
from wizard.manifest.copy_settings import CopySettings
from wizard.reasons import Reason
from wizard.report import figures, sameness
from wizard.report.in_short import in_short


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with troubled(tmp_path / "m.sqlite") as sample:
        yield sample


def one_year_each(sample: Sample, *years: str) -> list[int]:
    entries = []
    for number, year in enumerate(years):
        study: dict[str, Any] = {
            "study_uid": f"1.2.{number}",
            "series_uid": f"1.2.{number}.1",
            "study_date": f"{year}0101" if year else None,
        }
        entries.append(sample.image(**study, modality="MR" if number % 2 else "CT"))
    sample.read()
    return entries


def test_kinds_and_years_add_up_to_the_summary(sample: Sample) -> None:
    summary = proof.summary(sample.manifest)
    for table in Document(sample).tables("By modality and by year"):
        sums = [sum(int(row[column]) for row in table) for column in (3, 4, 5, 6)]
        assert sums == [summary.expected, summary.confirmed, summary.missing, summary.not_checked]


def test_a_year_without_an_image_is_a_gap_in_the_chart_and_undated_ones_are_in_the_table(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        entries = one_year_each(sample, "2003", "2004", "2007", "")
        sample.verified({entries[0]: 1, entries[1]: 0})
        document = Document(sample)
    chart = document.root.find("body/svg")
    assert chart is not None
    labels = [text.text for text in chart.iter("text")]
    assert labels[-5:] == ["2003", "2004", "2005", "2006", "2007"]
    assert (
        len([one for one in chart.iter("rect") if float(one.get("height", 0)) > 10]) == 3
    )  # found, missing, not checked
    rows = document.tables("By modality and by year")[1]
    assert [row[0] for row in rows] == ["no date", "2003", "2004", "2007"]


def test_the_speed_is_that_of_the_runs(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        entries = one_year_each(sample, *["2003"] * 6)
        columns = "entry, time, association, status, bytes, seconds"
        with sample.manifest.writing() as db:
            for run, (began, ended) in enumerate([(1000.0, 1060.0), (9000.0, 9030.0)]):
                db.execute(
                    "INSERT INTO run (step, started, ended, outcome) VALUES ('copy', ?, ?, 'done')", (began, ended)
                )
                for number, entry in enumerate(entries[3 * run : 3 * run + 3]):
                    values = (entry, began + 10 * number, 3_000_000)
                    db.execute(f"INSERT INTO attempt ({columns}) VALUES (?, ?, 1, 0, ?, 1)", values)
        slots, runs = speed.slots(sample.manifest), speed.runs(sample.manifest)
        rows = Document(sample).tables("Speed over time")[0]
    assert sum(slot.bytes for slot in slots) == 18_000_000
    assert sum(slot.seconds for slot in slots) == pytest.approx(90, abs=2)  # what lies between is left out
    assert [slot.first for slot in slots].count(True) == 2
    assert [(run.answers, run.bytes, run.seconds) for run in runs] == [(3, 9_000_000, 60), (3, 9_000_000, 30)]
    assert [row[2:] for row in rows] == [
        ["1\u00a0min 00\u00a0s", "3", "9.0\u00a0MB", "150\u00a0kB/s"],
        ["30\u00a0s", "3", "9.0\u00a0MB", "300\u00a0kB/s"],
    ]


def test_duplicates_and_conflicts_are_listed_with_their_files(sample: Sample) -> None:
    document = Document(sample)
    duplicates, conflicts = document.tables("Duplicates and UID conflicts")
    assert [row[0] for row in duplicates] == ["/archive/000007"]
    assert [row[0] for row in conflicts] == ["/archive/000010", "/archive/000011"]
    assert {row[1] for row in conflicts} == {"1.2.3.4.9.77"}
    assert "1 file is the same image as another file" in document.text


def test_patients_that_share_an_id_and_studies_under_two_are_listed(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image()
        sample.image(name="Muster, Berta", study_uid="1.2.9", series_uid="1.2.9.1")
        sample.image(patient_id="OTHER", study_uid="1.2.9", series_uid="1.2.9.2")
        sample.read()
        people, studies = Document(sample).tables("Patients with unclear IDs")
    assert [(row[0], row[1], row[2]) for row in people] == [
        ("P-4711", "Muster, Anna", "1970-01-01"),
        ("P-4711", "Muster, Berta", "1970-01-01"),
    ]
    assert [(row[0], row[2].split()[-1]) for row in studies] == [("1.2.9", "P-4711"), ("1.2.9", "OTHER")]


def test_where_no_identity_is_in_doubt_it_says_so(sample: Sample) -> None:
    assert "no patient ID is shared by patients with different names" in Document(sample).text


def test_long_lists_of_the_same_end_and_say_so(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sameness, "LISTED", 1)
    assert "Showing the first 1. All are in ledger.csv." in Document(sample).text


def test_settings_and_decisions_are_told_with_who_made_them(sample: Sample) -> None:
    sample.manifest.put(operator="Dr. Invented")
    copy_settings.keep(
        sample.manifest, CopySettings(associations=3, speed_limit=2.5, hours="19:00-06:00", newest_first=True)
    )
    with sample.manifest.writing() as db:
        db.execute(
            "UPDATE entry SET topic = 'broken', finding_code = reason_code, finding_values = reason_values "
            "WHERE bucket = 'damaged'"
        )
    decisions.decide(sample.manifest, "damaged", "send_last")
    tree.tick(sample.manifest, "study", 1, False)
    document = Document(sample)
    found, chosen = document.tables("Filter, settings and decisions")
    for setting in ("2.5 MB/s", "19:00-06:00", "newest studies first"):
        assert setting in document.text
    damaged = "damaged: cut off, broken inside, or without pixel data"
    assert ["1", damaged, "Copy last chosen by a person", "the vendor of the old PACS"] in found
    settings = (
        "Speed and time window set: parallel connections: 3, speed limit: 2.5 MB/s, time window: 19:00-06:00, "
        "newest studies first, images already in the new PACS are not looked for beforehand"
    )
    assert [tuple(" ".join(cell.split()) for cell in row[1:]) for row in chosen[-3:]] == [
        (f"Dr. Invented {chosen[0][1].split()[-1]}", what)
        for what in (settings, f"Decision about “{damaged}”: Copy last", "Unticked: study 1. 1 series changed.")
    ]


def test_each_reading_of_the_source_is_told(sample: Sample) -> None:
    rows = Document(sample).tables("The source folders, before and after")[0]
    assert [row[2:] for row in rows] == [["19", "0"]]
    assert "At the last reading the files had 19.0\u00a0kB in all.".replace("\u00a0", " ") in Document(sample).text


def test_images_that_were_copied_and_are_not_found_are_open_items(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        entries = one_year_each(sample, "2003", "2004")
        for entry in entries:
            sample.answered(entry)
        sample.verified({entries[0]: 1, entries[1]: 0})
        groups, files = Document(sample).tables("Open items")
    assert groups == [["1", "Not found in the new PACS", "", "the administrator of the new PACS", ""]]
    assert [row[3] for row in files] == ["the administrator of the new PACS"]


def test_in_short_it_says_what_was_copied_what_not_why_and_what_to_do(sample: Sample) -> None:
    assert tuple(map(str, in_short(sample.manifest, figures.gather(sample.manifest)))) == (
        "6 images were copied or were already there. The new PACS confirmed 6 of 11 images. Not found: 1. "
        "Not checked: 4.",
        "Open: 7 files (UID conflict: 2, Rejected: 1, No response: 1, Other: 3). 1 image was excluded by the filter, "
        "by unticking it or by a decision.",
        "Most common reason (2 files): 2 different images have the same UID.",
        "Go back to “Copy”: 1 image is not copied yet or has no response.",
    )


def test_where_nothing_is_open_no_reason_is_named(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        entry = sample.image()
        sample.answered(entry)
        sample.read()
        sample.verified({entry: 1})
        short = in_short(sample.manifest, figures.gather(sample.manifest))
    assert not short.why
    assert str(short.not_copied) == "There are no open items."
    assert str(short.next_step).startswith("Print the report, have it signed")


def test_the_list_of_open_items_is_passed_on_to_whoever_needs_to_act(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        entry = sample.image()
        sample.answered(entry)
        sample.image("held_back", reason=Reason("no_uid", missing=("Study Instance UID",)), study_uid="")
        sample.read()
        sample.verified({entry: 1})
        counted = figures.gather(sample.manifest)
        assert "Action by: the vendor of the old PACS." in str(in_short(sample.manifest, counted).next_step)
