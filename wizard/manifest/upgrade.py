"""The version of a manifest: refuse a file of another program or a newer version, make the tables, upgrade older ones.

An older file is copied before it is upgraded.
"""

from __future__ import annotations

import shutil
import sqlite3
import struct
from pathlib import Path

from wizard.errors import NewerManifest, NotAManifest

APPLICATION_ID = 0x44504D57
VERSION = 5
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
            "This migration was begun with a newer version of this program. Go on with that version; "
            "the manifest was left as it is.",
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
    steps = [UPGRADES[step] for step in range(version or VERSION, VERSION)]
    steps += [_SCHEMA.read_text("utf-8"), f"PRAGMA user_version = {VERSION}"]
    db.executescript(f"BEGIN IMMEDIATE; {';'.join(steps)}; COMMIT;")


def _not_a_manifest(path: Path, why: str) -> NotAManifest:
    return NotAManifest(
        f"The file {path} is not the manifest of a migration. Choose another file; this one was left as it is.", why
    )
