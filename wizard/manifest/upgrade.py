"""The version of a manifest: refuse a file of another program or a newer version, make the tables, upgrade older ones.

An older file is copied before it is upgraded.
"""

from __future__ import annotations

import shutil
import sqlite3
import struct
from pathlib import Path

from wizard import reasons
from wizard.errors import NewerManifest, NotAManifest
from wizard.language.message import Message, Private
from wizard.vocabulary import Bucket, Who

APPLICATION_ID = 0x44504D57
VERSION = 6

# Version 5 stored sentences. For each table that had one: the columns that stay, and those that take its place.
_RENEWED: dict[str, tuple[str, dict[str, str]]] = {
    "folder": (
        "id, path, reading",
        {"error_code": "earlier_code(error)", "error_values": "earlier_values(error, '')"},
    ),
    "entry": (
        "id, folder, name, size, mtime_ns, reading, bucket, topic, lane, series, kind, sop_uid, dataset_offset, "
        "instance_number, frames, sha256, same_as, tries, named, named_time, grade",
        {
            **{"reason_code": "earlier_code(reason)", "reason_values": "earlier_values(reason, who)"},
            **{"finding_code": "earlier_code(finding)", "finding_values": "earlier_values(finding, '')"},
            "put_off": f"bucket = '{Bucket.PENDING}' AND reason <> ''",
        },
    ),
    "history": (
        "entry, reading, size, mtime_ns, bucket, sop_uid, sha256, named",
        {"reason_code": "earlier_code(reason)", "reason_values": "earlier_values(reason, '')"},
    ),
    "proof": ("study, time, extra", {"remarks": "earlier_remarks(remark)"}),
    "sample": (
        "entry, time, result",
        {"reason_code": "earlier_code(details)", "reason_values": "earlier_values(details, '')"},
    ),
}

#: The statements that alter the tables of each older version; the schema then makes the tables that are new.
UPGRADES: dict[int, str] = {
    # A file that version 1 did not check as this version does counts as changed, so that it is read again.
    1: """
        DROP INDEX entry_by_bucket;
        ALTER TABLE reading ADD COLUMN opened INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE study ADD COLUMN institution TEXT NOT NULL DEFAULT '';
        ALTER TABLE entry ADD COLUMN topic TEXT NOT NULL DEFAULT '';
        ALTER TABLE entry ADD COLUMN finding TEXT NOT NULL DEFAULT '';
        ALTER TABLE entry ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;
        UPDATE entry SET mtime_ns = -1 WHERE bucket IN ('held_back', 'damaged', 'index') OR bucket = 'pending'
        AND kind IN (SELECT id FROM kind WHERE sop_class = '1.2.840.10008.5.1.4.1.1.88.59');""",
    2: "ALTER TABLE study ADD COLUMN turn INTEGER NOT NULL DEFAULT 1;",
    3: "",
    4: "",
    5: "",  # see `_RENEWED`
}

_MAGIC = b"SQLite format 3\x00"
_SCHEMA = Path(__file__).with_name("schema.sql")


def expect_manifest(path: Path) -> None:
    """Check the head of the file before SQLite opens it, because opening a foreign database would write its WAL.

    Raises
    ------
    NotAManifest, NewerManifest
    """
    with open(path, "rb") as file:
        head = file.read(100)  # https://www.sqlite.org/fileformat2.html, section 1.3
    if not head:
        return
    if head[:16] != _MAGIC or len(head) < 100:
        raise _not_a_manifest(path, "no SQLite header")
    version, application = struct.unpack_from(">I4xI", head, 60)
    if application != APPLICATION_ID:
        raise _not_a_manifest(path, f"application_id {application:#x}")
    if version > VERSION:
        raise NewerManifest(
            Message(
                "This migration was started with a newer version of this program. Continue with that version. The "
                "migration record was left as it is."
            ),
            f"schema {version}, this program knows {VERSION}",
        )


def bring_up_to_date(db: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new manifest, or copy the file of an older one and upgrade it, in one transaction."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version == VERSION:
        return
    if version == 0:
        db.execute("PRAGMA page_size = 8192")  # bytes; statements over all rows are a seventh faster than with 4096
    else:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy2(path, path.with_name(f"{path.name}.version-{version}"))
    older = range(version or VERSION, VERSION)
    renewed = _renewed(db) if 5 in older else ()
    for name, arguments, function in _EARLIER:
        db.create_function(name, arguments, function)
    db.execute("PRAGMA foreign_keys = OFF")  # tables may be dropped and made anew, with the same row numbers
    steps = [
        *(UPGRADES[step] for step in older),
        *(f"CREATE TABLE old_{name} AS SELECT * FROM {name}; DROP TABLE {name}" for name in renewed),
        _SCHEMA.read_text("utf-8"),
        *map(_filled, renewed),
        f"PRAGMA user_version = {VERSION}",
    ]
    db.executescript(f"BEGIN IMMEDIATE; {';'.join(steps)}; COMMIT;")


def _renewed(db: sqlite3.Connection) -> tuple[str, ...]:
    """Return the tables that are made anew; the oldest versions had not all of them."""
    there = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return tuple(name for name in _RENEWED if name in there)


def _filled(table: str) -> str:
    """Return the statements that fill a new table: each sentence stays as it is, as the value of one reason."""
    kept, made = _RENEWED[table]
    return f"""INSERT INTO {table} ({kept}, {", ".join(made)})
        SELECT {kept}, {", ".join(made.values())} FROM old_{table}; DROP TABLE old_{table}"""


def _earlier_values(sentence: str | None, who: str) -> str:
    return reasons.earlier(sentence, _WHO_BEFORE.get(who, "")).stored[1] if sentence else ""


def _earlier_remarks(remark: str) -> str:
    return reasons.remarks_as_json([reasons.earlier(remark)] if remark else [])


# Who needs to act was stored in words, too.
_WHO_BEFORE = {
    "you": Who.YOU,
    "the administrator of the new PACS": Who.PACS_ADMINISTRATOR,
    "your IT department": Who.IT,
    "the maker of the old PACS": Who.OLD_PACS,
}
_EARLIER = (
    ("earlier_code", 1, lambda sentence: reasons.EARLIER if sentence else ""),
    ("earlier_values", 2, _earlier_values),
    ("earlier_remarks", 1, _earlier_remarks),
)


def _not_a_manifest(path: Path, why: str) -> NotAManifest:
    return NotAManifest(
        Message(
            "The file {path} is not a migration record. Choose another file. This one was left as it is.",
            path=Private(path),
        ),
        why,
    )
