"""Step 2, Source: images with one SOP Instance UID. Exact duplicates are sent once, different ones not at all."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Iterator

import pytest

from tests.engine.stage import again, buckets, copied, image, read, the_old_pacs_at_work
from wizard.engine.source import duplicates
from wizard.manifest import entries, ledger
from wizard.manifest.manifest import Manifest
from wizard.reasons import Reason
from wizard.vocabulary import Who


def write(folder: Path, **files: bytes) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)


A, B, C = (image("1.2.3.9", StudyDescription=text) for text in ("A", "B", "C"))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a": A, "b": A}, {"a": "pending", "b": "duplicate"}),
        ({"a": A, "b": B}, {"a": "conflict", "b": "conflict"}),
        ({"a": A, "b": A, "c": A}, {"a": "pending", "b": "duplicate", "c": "duplicate"}),
        ({"a": A, "b": A, "c": B}, {"a": "conflict", "b": "conflict", "c": "conflict"}),
        ({"a": A, "b": B, "c": C}, {"a": "conflict", "b": "conflict", "c": "conflict"}),
        ({"a": A, "b": A[:-2]}, {"a": "pending", "b": "damaged"}),
        ({"a": A, "b": b"\1" * 128 + A[128:]}, {"a": "pending", "b": "duplicate"}),
    ],
    ids=["same", "different", "three the same", "two the same", "three different", "one cut off", "other preamble"],
)
def test_images_of_one_identity_are_sorted_out(files: dict[str, bytes], expected: dict[str, str], source: Path) -> None:
    write(source, **files)
    with read(source) as manifest:
        assert buckets(manifest) == expected
        again(manifest)
        assert buckets(manifest) == expected
        assert ledger.balance(manifest).balanced
        duplicates = [row["same_as"] for row in ledger.rows(manifest, "duplicate")]
        assert duplicates == [1] * len(duplicates)


def test_a_conflict_says_how_many_there_are_and_who_must_decide(source: Path) -> None:
    write(source, a=A, b=B, c=C)
    with read(source) as manifest:
        rows = list(ledger.rows(manifest, "conflict"))
    assert {(row["reason_code"], row["reason_values"]) for row in rows} == {Reason("conflict", n=3).stored}
    assert Reason("conflict").who == Who.YOU


@pytest.mark.parametrize("how", ["removed", "repaired"])
@pytest.mark.parametrize("rival", [A, B])
def test_when_the_other_one_is_no_longer_there_the_image_can_go(how: str, rival: bytes, source: Path) -> None:
    write(source, a=rival, b=A)
    with read(source) as manifest:
        with the_old_pacs_at_work():
            if how == "removed":
                (source / "a").unlink()
            else:
                write(source, a=image("1.2.3.10"))
        again(manifest)
        assert buckets(manifest) == {"a": "unreadable" if how == "removed" else "pending", "b": "pending"}
        (row,) = [row for row in ledger.rows(manifest) if row["file_name"] == b"b"]
        assert (row["reason_code"], row["reason_values"], row["same_as"]) == ("", "", None)


def test_a_duplicate_that_changes_becomes_a_conflict(source: Path) -> None:
    write(source, a=A, b=A)
    with read(source) as manifest:
        with the_old_pacs_at_work():
            write(source, b=image("1.2.3.9", StudyDescription="changed"))
        again(manifest)
        assert buckets(manifest) == {"a": "conflict", "b": "conflict"}


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(("late", "expected"), [(A, "duplicate"), (B, "conflict")])
def test_what_turns_up_after_its_like_was_copied_is_compared_with_that(
    known: bool, late: bytes, expected: str, source: Path
) -> None:
    write(source, z=A)
    with read(source) as manifest:
        copied(manifest, "z", sha256=next(entries_hashes(manifest)) if known else None)
        with the_old_pacs_at_work():
            write(source, a=late)
        again(manifest)
        assert buckets(manifest) == {"z": "copied", "a": expected}


def test_a_duplicate_points_to_the_file_that_was_sent(source: Path) -> None:
    write(source, a=A, b=A)
    with read(source) as manifest:
        copied(manifest, "b")
        again(manifest)
        assert buckets(manifest) == {"a": "duplicate", "b": "copied"}
        (row,) = ledger.rows(manifest, "duplicate")
        assert row["same_as"] == next(ledger.rows(manifest, "copied"))["id"]


@pytest.mark.parametrize(
    ("known", "late", "expected"), [(True, A, "duplicate"), (True, B, "conflict"), (False, A, "conflict")]
)
def test_what_was_copied_stays_copied_when_its_file_is_gone_and_another_turns_up(
    known: bool, late: bytes, expected: str, source: Path
) -> None:
    """Without its hash nobody can say whether they are the same: that is for a person to decide."""
    write(source, z=A)
    with read(source) as manifest:
        copied(manifest, "z", sha256=next(entries_hashes(manifest)) if known else None)
        with the_old_pacs_at_work():
            (source / "z").unlink()
            write(source, a=late)
        again(manifest)
        assert buckets(manifest) == {"z": "copied", "a": expected}
        again(manifest)
        assert buckets(manifest) == {"z": "copied", "a": expected}
        (row,) = [row for row in ledger.rows(manifest) if row["file_name"] == b"a"]
        code = {"conflict": "conflict" if known else "conflict_with_copied", "duplicate": "duplicate"}[expected]
        assert row["reason_code"] == code


def test_one_that_cannot_be_compared_is_unreadable_and_the_other_one_goes(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(source, a=A, b=B)
    really = entries.same_uid

    def sorting(manifest: Manifest) -> Iterator[list[sqlite3.Row]]:
        with the_old_pacs_at_work():
            (source / "a").unlink(missing_ok=True)
        yield from really(manifest)

    monkeypatch.setattr(entries, "same_uid", sorting)
    with read(source) as manifest:
        assert buckets(manifest) == {"a": "unreadable", "b": "pending"}


def entries_hashes(manifest: Manifest) -> Iterator[bytes]:
    """Yield the hash of each data set, as the copy step keeps it when it is sent."""
    for row in manifest.rows(
        "SELECT folder.path, entry.name, entry.dataset_offset FROM entry JOIN folder ON folder.id = entry.folder"
    ):
        yield duplicates.data_set_hash(row, lambda: None)
