"""One reading writes entries, and the next one updates them."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.report.samples import CT, IMPLICIT, PLACE
from wizard.language.message import Foreign
from wizard.manifest import entries, ledger, queue, tree
from wizard.manifest.entries import SameUid
from wizard.manifest.entry import Entry, Place
from wizard.manifest.manifest import Manifest
from wizard.manifest.reading import Reading
from wizard.reasons import Reason
from wizard.vocabulary import Bucket

FOLDER = b"/archive"
CLOSED = Reason("folder_not_opened", why=Foreign("Permission denied"))


@pytest.fixture
def manifest(tmp_path: Path) -> Iterator[Manifest]:
    with Manifest(tmp_path / "m.sqlite") as made:
        yield made


def image(folder: int, name: bytes, sop_uid: str = "1.2.3.9.1", place: Place = PLACE, mtime_ns: int = 1) -> Entry:
    return Entry(
        *(folder, name, 1132, mtime_ns, "pending"),
        place=place,
        kind=(CT, IMPLICIT),
        sop_uid=sop_uid,
        dataset_offset=132,
        instance_number="7",
        frames=3,
    )


def read(manifest: Manifest, *images: tuple[bytes, str], unchanged: tuple[bytes, ...] = ()) -> None:
    """One complete reading that opens these files (name, SOP Instance UID), and finds the others unchanged."""
    reading = Reading(manifest)
    folder = reading.folder(FOLDER)
    reading.add(
        [image(folder, name, uid) for name, uid in images],
        [(folder, name) for name in unchanged],
        len(images) + len(unchanged),
    )
    reading.settle()
    reading.end()
    entries.count_series(manifest)


def buckets(manifest: Manifest) -> dict[bytes, str]:
    return {row["name"]: row["bucket"] for row in manifest.rows("SELECT name, bucket FROM entry")}


def settle(manifest: Manifest, **buckets: str) -> None:
    """Everything pending has been sent; the files of these names ended up in these buckets."""
    with manifest.writing() as db:
        for row in db.execute("SELECT id, name FROM entry WHERE bucket = 'pending'").fetchall():
            bucket = buckets.get(row[1].decode(), "copied")
            queue.record(db, [queue.Outcome(Bucket(bucket), None, b"%032d" % row[0], row[0])], [])


def test_names_are_kept_as_the_bytes_they_are(manifest: Manifest) -> None:
    strange = b"\xff\xfe\n'; DROP TABLE entry.dcm"
    read(manifest, (strange, "1.2.3"))
    (row,) = ledger.rows(manifest)
    assert (row["folder_path"], row["file_name"]) == (FOLDER, strange)


def test_an_image_stands_under_its_series_study_and_patient(manifest: Manifest) -> None:
    reading = Reading(manifest)
    folder = reading.folder(FOLDER)
    other = PLACE._replace(series_uid="1.2.3.4.1.2", modality="MR")
    reading.add([image(folder, b"a"), image(folder, b"b", "1.2.3.9.2"), image(folder, b"c", "1.2.3.9.3", other)], [], 3)
    reading.settle()
    reading.end()
    entries.count_series(manifest)
    (patient,) = tree.patients(manifest)
    (study,) = tree.studies(manifest, patient.id)
    assert [(series.code, series.images, series.bytes) for series in tree.series(manifest, study.id)] == [
        ("1.2.3.4.1.1", 2, 2000),
        ("1.2.3.4.1.2", 1, 1000),
    ]
    assert (patient.images, patient.studies, patient.modalities, patient.bytes) == (3, 1, "CT, MR", 3000)


@pytest.mark.parametrize("field", ["patient_id", "issuer", "name", "birth_date", "sex"])
def test_one_study_under_patients_that_differ_is_two_studies(field: str, manifest: Manifest) -> None:
    reading = Reading(manifest)
    folder = reading.folder(FOLDER)
    other = PLACE._replace(**{field: "other"})
    reading.add([image(folder, b"a"), image(folder, b"b", "1.2.3.9.2", other)], [], 2)
    assert len(tree.patients(manifest)) == 2
    assert [len(tree.studies(manifest, patient.id)) for patient in tree.patients(manifest)] == [1, 1]


def test_what_earlier_readings_know_is_found_again(manifest: Manifest) -> None:
    read(manifest, (b"a", "1.2.3"))
    reading = Reading(manifest)
    assert reading.known(reading.folder(FOLDER), [b"a", b"b"]) == {b"a": (1132, 1, "pending")}
    assert reading.known(reading.folder(b"/elsewhere"), [b"a"]) == {}


def test_what_has_not_changed_keeps_all_that_became_of_it(manifest: Manifest) -> None:
    read(manifest, (b"a", "1.2.3.1"), (b"b", "1.2.3.2"))
    settle(manifest, b="refused")
    read(manifest, unchanged=(b"a", b"b"))
    assert buckets(manifest) == {b"a": "copied", b"b": "refused"}
    assert ledger.balance(manifest).balanced


def test_a_changed_file_is_read_as_new_and_its_attempts_are_kept(manifest: Manifest) -> None:
    read(manifest, (b"a", "1.2.3.1"))
    (entry,) = [row["id"] for row in ledger.rows(manifest)]
    with manifest.writing() as db:
        attempt = queue.Attempt(entry, 1.0, 1001, 0, "", "", 1000, 0.1)
        queue.record(db, [queue.Outcome(Bucket.COPIED, None, b"x" * 32, entry)], [attempt])
        db.execute("UPDATE entry SET tries = 1, named = 1, grade = 'A'")
    read(manifest, (b"a", "1.2.3.2"))
    (row,) = ledger.rows(manifest)
    assert (row["id"], row["bucket"], row["sop_uid"], row["tries"]) == (entry, "pending", "1.2.3.2", 0)
    assert (row["sha256"], row["named"], row["grade"]) == (None, None, "E")
    assert row["attempts"] == 1
    assert ledger.balance(manifest).balanced


@pytest.mark.parametrize("bucket", ["pending", "changed", "duplicate", "conflict"])
def test_what_was_to_be_sent_and_is_gone_is_unreadable(bucket: str, manifest: Manifest) -> None:
    read(manifest, (b"a", "1.2.3.1"), (b"b", "1.2.3.2"))
    settle(manifest, b=bucket)
    read(manifest, unchanged=(b"a",))
    assert buckets(manifest) == {b"a": "copied", b"b": "unreadable"}
    (gone,) = ledger.rows(manifest, "unreadable")
    assert (gone["reason_code"], gone["reason_values"]) == ("gone", "")
    assert Reason("gone").outcome == "unreadable"
    assert ledger.balance(manifest).balanced


@pytest.mark.parametrize("bucket", ["copied", "copied_with_remark", "already_there", "refused", "unknown", "damaged"])
def test_what_was_sent_or_never_could_be_stays_what_it_is_when_the_file_is_gone(
    bucket: str, manifest: Manifest
) -> None:
    read(manifest, (b"a", "1.2.3.1"))
    settle(manifest, a=bucket)
    read(manifest)
    assert buckets(manifest) == {b"a": bucket}
    assert ledger.balance(manifest).balanced


def test_what_a_vanished_folder_held_is_gone(manifest: Manifest) -> None:
    first = Reading(manifest)
    first.folder(FOLDER)
    first.add([image(first.folder(FOLDER + b"/2019"), b"a")], [], 1)
    first.end()
    second = Reading(manifest)
    second.folder(FOLDER)
    second.settle()
    second.end()
    assert buckets(manifest) == {b"a": "unreadable"}
    assert ledger.balance(manifest).balanced


@pytest.mark.parametrize("closed", [FOLDER, FOLDER + b"/2019", FOLDER + b"/2019/01"])
def test_what_lies_behind_a_folder_that_cannot_be_opened_is_not_called_gone(closed: bytes, manifest: Manifest) -> None:
    first = Reading(manifest)
    first.add([image(first.folder(FOLDER + b"/2019/01"), b"a")], [], 1)
    first.end()
    second = Reading(manifest)
    second.folder(closed, CLOSED)
    second.settle()
    second.end()
    assert buckets(manifest) == {b"a": "pending"}
    assert ledger.balance(manifest).balanced
    assert list(ledger.unreadable_folders(manifest)) == [(closed, CLOSED)]


def test_a_reading_that_was_stopped_calls_nothing_gone_and_balances(manifest: Manifest) -> None:
    read(manifest, (b"a", "1.2.3.1"), (b"b", "1.2.3.2"), (b"c", "1.2.3.3"))
    second = Reading(manifest)
    second.add([], [(second.folder(FOLDER), b"a")], 1)
    assert set(buckets(manifest).values()) == {"pending"}
    balance = ledger.balance(manifest)
    assert (balance.entries, balance.counted, balance.balanced) == (3, 3, True)


def test_a_folder_that_can_be_opened_again_is_no_longer_listed(manifest: Manifest) -> None:
    for error, count in ((CLOSED, 1), (None, 0)):
        reading = Reading(manifest)
        reading.folder(FOLDER, error)
        reading.settle()
        reading.end()
        assert ledger.balance(manifest).unreadable_folders == count


def test_counts_hold_what_can_be_sent_and_problems_what_cannot(manifest: Manifest) -> None:
    fates = [*ledger.BUCKETS]
    fates.remove("left_out")
    read(manifest, *((bucket.encode(), f"1.2.3.{number}") for number, bucket in enumerate(fates)))
    settle(manifest, **{bucket: bucket for bucket in fates})
    entries.count_series(manifest)
    (patient,) = tree.patients(manifest)
    assert patient.images == 6  # pending, copied, copied_with_remark, already_there, refused, unknown
    assert patient.bytes == 6000
    assert patient.problems == 5  # conflict, held_back, damaged, unreadable, changed


# One SOP Instance UID more than once


def groups(manifest: Manifest) -> list[list[bytes]]:
    return [[row["name"] for row in group] for group in entries.same_uid(manifest)]


def test_files_that_share_an_identity_are_grouped(manifest: Manifest) -> None:
    read(manifest, (b"a", "1.1"), (b"b", "1.2"), (b"c", "1.1"), (b"d", "1.3"), (b"e", "1.2"), (b"f", "1.1"))
    assert groups(manifest) == [[b"a", b"c", b"f"], [b"b", b"e"]]


@pytest.mark.parametrize("bucket", ["damaged", "held_back", "unreadable"])
def test_what_cannot_go_is_no_rival(bucket: str, manifest: Manifest) -> None:
    read(manifest, (b"a", "1.1"), (b"b", "1.1"), (b"c", "1.2"), (b"d", "1.2"), (b"e", "1.2"))
    settle(manifest, a="pending", b=bucket, d=bucket)
    assert groups(manifest) == [[b"c", b"e"]]


def test_verdicts_are_written_and_those_of_before_are_forgotten(manifest: Manifest) -> None:
    read(manifest, (b"a", "1.1"), (b"b", "1.1"), (b"c", "1.2"), (b"d", "1.2"))
    a, b, c, d = (row["id"] for row in ledger.rows(manifest))
    entries.sort_out(
        manifest,
        [
            SameUid(Bucket.PENDING, "", "", b"1" * 32, None, a),
            SameUid(Bucket.DUPLICATE, *Reason("duplicate").stored, b"1" * 32, a, b),
            SameUid(Bucket.CONFLICT, *Reason("conflict", n=2).stored, b"2" * 32, None, c),
            SameUid(Bucket.CONFLICT, *Reason("conflict", n=2).stored, b"3" * 32, None, d),
        ],
    )
    assert buckets(manifest) == {b"a": "pending", b"b": "duplicate", b"c": "conflict", b"d": "conflict"}
    assert manifest.value("SELECT same_as FROM entry WHERE id = ?", (b,)) == a
    found = [(row["reason_code"], row["reason_values"]) for row in ledger.rows(manifest)]
    assert found == [("", ""), ("duplicate", ""), *[Reason("conflict", n=2).stored] * 2]
    entries.forget_same_uid(manifest)
    assert set(buckets(manifest).values()) == {"pending"}
    assert [row["reason_code"] + row["reason_values"] for row in ledger.rows(manifest)] == [""] * 4
