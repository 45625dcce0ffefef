from __future__ import annotations

import csv
import io
import os
import tracemalloc
from pathlib import Path
from typing import Iterator

import pytest

from tests.report.samples import Sample, troubled
from wizard import language
from wizard.language.message import Foreign, Message
from wizard.manifest import ledger, proof
from wizard.reasons import Reason
from wizard.report import csv_files
from wizard.report.names import ALL, Names

HOSTILE = [
    *("=cmd|' /C calc'!A0", 'say "hello", twice', "two\r\nlines", "nul\x00byte", "\u202eevil", "<b>&amp;</b>"),
    *("x" * 10_000, "a;b\tc", "'quoted'", "007", "\ufeff"),
]


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with troubled(tmp_path / "m.sqlite") as sample:
        yield sample


def parse(lines: Iterator[str]) -> list[dict[str, str]]:
    text = "".join(lines).encode("utf-8").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert all(len(row) == len(rows[0]) for row in rows)
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def test_the_file_begins_with_a_byte_order_mark_and_every_line_ends_with_crlf(sample: Sample) -> None:
    text = "".join(csv_files.ledger_csv(sample.manifest, ALL))
    assert text.startswith("\ufeffpath,bucket,code,reason,action by,")
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n") == 1 + ledger.balance(sample.manifest).entries


def test_the_ledger_has_one_row_for_each_entry_and_its_buckets_are_those_of_the_balance(sample: Sample) -> None:
    rows = parse(csv_files.ledger_csv(sample.manifest, ALL))
    balance = ledger.balance(sample.manifest)
    assert len(rows) == balance.entries == len({row["path"] for row in rows})
    for bucket, count in balance.buckets.items():
        assert sum(row["bucket"] == bucket for row in rows) == count


def test_a_refused_image_shows_its_last_answer_and_how_often_it_was_sent(sample: Sample) -> None:
    (row,) = [row for row in parse(csv_files.ledger_csv(sample.manifest, ALL)) if row["bucket"] == "refused"]
    assert row["patient ID"] == "'007"
    assert row["last status"] == "0xA900"
    assert row["comment"] == "no such class"
    assert row["offending elements"] == "'(0008,0016)"
    assert row["attempts"] == "2"
    assert row["confirmed"] == "no"
    assert row["SOP class"] == "CT Image Storage"
    assert row["study date (YYYYMMDD)"] == "20190302"
    assert len(row["SHA-256 of the data set"]) == 64


def test_each_reason_has_its_code_for_programs_and_its_sentence_for_people(sample: Sample) -> None:
    (row,) = [row for row in parse(csv_files.ledger_csv(sample.manifest, ALL)) if row["bucket"] == "damaged"]
    assert (row["code"], row["action by"]) == ("cut_off", "the vendor of the old PACS")
    assert row["reason"] == str(Reason("cut_off", there=900, missing=100))
    (open_item,) = [row for row in parse(csv_files.exceptions_csv(sample.manifest, ALL)) if row["bucket"] == "damaged"]
    assert all(open_item[column] == row[column] for column in ("path", "code", "reason", "action by"))
    assert open_item["outcome"] == "Damaged"


def test_the_remarks_about_a_study_have_codes_too(sample: Sample) -> None:
    entry = int(sample.manifest.value("SELECT MIN(id) FROM entry WHERE bucket = 'copied'"))
    sample.verified({entry: 1}, remarks=[Reason("elsewhere", n=2), Reason("some_not_answered")])
    (row,) = [row for row in parse(csv_files.studies_csv(sample.manifest, ALL)) if row["codes"]]
    assert row["codes"] == "elsewhere some_not_answered"
    assert row["remarks"].endswith("another Study Instance UID. The new PACS gave no valid answer for some images.")


def test_only_the_sentences_change_with_the_language(sample: Sample) -> None:
    words = ("path", "bucket", "code", "grade", "bytes")
    english = parse(csv_files.ledger_csv(sample.manifest, ALL))
    language.use("de")
    try:
        german = parse(csv_files.ledger_csv(sample.manifest, ALL))
    finally:
        language.use(language.ENGLISH)
    assert list(german[0]) == list(english[0])
    assert [[row[word] for word in words] for row in german] == [[row[word] for word in words] for row in english]
    assert {row["confirmed"] for row in german} & {"ja", "nein"} and not {"yes", "no"} & {
        row["confirmed"] for row in german
    }


def test_a_sentence_is_made_once_for_all_files_that_share_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[object] = []
    say = Names.said

    def noted(names: Names, message: Message | str) -> str:
        said.append(message)
        return say(names, message)

    monkeypatch.setattr(Names, "said", noted)
    with Sample(tmp_path / "m.sqlite") as sample:
        for number in range(300):
            sample.image("damaged", reason=Reason("cut_off", there=number % 3, missing=1))
        sample.read()
        rows = parse(csv_files.ledger_csv(sample.manifest, ALL))
    assert len(rows) == 300
    assert len(said) == 3


def test_attempts_before_a_retry_are_still_counted(sample: Sample) -> None:
    with sample.manifest.writing() as db:
        db.execute("UPDATE entry SET tries = 0")
    (row,) = [row for row in parse(csv_files.ledger_csv(sample.manifest, ALL)) if row["bucket"] == "refused"]
    assert row["attempts"] == "2"


def test_what_was_never_queried_is_not_called_confirmed(sample: Sample) -> None:
    confirmed = {row["bucket"]: row["confirmed"] for row in parse(csv_files.ledger_csv(sample.manifest, ALL))}
    assert confirmed["copied"] == confirmed["already_there"] == "yes"
    assert confirmed["unknown"] == confirmed["left_out"] == "not queried"
    assert confirmed["not_dicom"] == confirmed["index"] == ""


def test_a_uid_that_two_files_claim_is_not_confirmed_by_being_named(sample: Sample) -> None:
    ids = [row["id"] for row in ledger.rows(sample.manifest, "conflict")]
    sample.verified(dict.fromkeys(ids, 1))
    rows = parse(csv_files.ledger_csv(sample.manifest, ALL))
    assert {row["confirmed"] for row in rows if row["bucket"] == "conflict"} == {"unclear"}


def test_an_image_without_an_answer_says_so(sample: Sample) -> None:
    (row,) = [row for row in parse(csv_files.ledger_csv(sample.manifest, ALL)) if row["bucket"] == "unknown"]
    assert row["last status"] == "no response"


def test_the_studies_are_those_of_the_proof(sample: Sample) -> None:
    rows = parse(csv_files.studies_csv(sample.manifest, ALL))
    studies = list(proof.studies(sample.manifest))
    assert len(rows) == len(studies) > 2
    for row, study in zip(rows, studies):
        assert row["Study Instance UID"] == study.study_uid
        numbers = [row[name] for name in ("expected", "found", "missing", "not checked", "extra")]
        assert numbers == [str(number) for number in study[8:13]]
        assert (row["result"], row["grade"]) == (study.result, study.grade)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_stay_in_their_cell_and_are_no_formula(tmp_path: Path, value: str) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        name = os.fsencode(value.replace("\0", "").replace("/", "")[:200])
        entry = sample.image(path=b"/archive/" + name, name=value, patient_id=value, accession=value, modality=value)
        sample.answered(entry, 0xB000, "copied_with_remark", Reason("unreadable", why=Foreign(value)), value)
        sample.read()
        for lines in (csv_files.ledger_csv(sample.manifest, ALL), csv_files.studies_csv(sample.manifest, ALL)):
            (row,) = parse(lines)
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
            assert row["patient name"].lstrip("'")[:3] == row["patient ID"].lstrip("'")[:3] != ""


@pytest.mark.skipif(os.name == "nt", reason="on Windows file names are Unicode")
def test_a_file_name_that_is_no_utf8_is_written_as_its_bytes(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.file(path=b"/archive/sch\xe4del\x1b.dcm")
        sample.read()
        (row,) = parse(csv_files.ledger_csv(sample.manifest, ALL))
    assert row["path"] == r"/archive/sch\xe4del\x1b.dcm"


def test_the_ledger_is_streamed_and_not_gathered_in_memory(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for number in range(6000):
            why = Reason("bad_uid", name="x" * 1500 + str(number % 9))
            sample.image("damaged", b"/archive/%06d" % number, why)
        sample.read()
        tracemalloc.start()
        try:
            written = sum(len(line) for line in csv_files.ledger_csv(sample.manifest, ALL))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert written > 6_000_000
    assert peak < written / 4
