"""What a person decides about files that are not as they should be: leave them out, send them, or send them last.

Each topic is a kind of finding, with what the program proposes and what else may be chosen. Deciding changes the
entries at once; `apply` does it anew for all topics, after each reading and before each copying.

An entry that cannot go as it is lies in a bucket of its own (damaged, held back, conflict) and becomes `pending` when
it is to be sent. An entry that can go is `pending`, and gets a lane. Where several topics speak of one entry the
strictest wins. What was sent is never touched.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import Iterable, Sequence

from pydicom._uid_dict import UID_dictionary

from wizard.errors import OLD_PACS, PACS_ADMINISTRATOR, YOU, UsageError
from wizard.manifest import audit, entries
from wizard.manifest.manifest import Manifest

LEAVE_OUT, SEND, SEND_LAST = "leave_out", "send", "send_last"
LARGE = 1 << 30  # bytes

_LANES = {SEND: 0, SEND_LAST: 1, LEAVE_OUT: 2}
_FREELY = (SEND, LEAVE_OUT, SEND_LAST)
_RETIRED = ", ".join(
    f"'{uid}'" for uid, (_, kind, _, retired, *_) in UID_dictionary.items() if kind == "SOP Class" and retired
)


@dataclass(frozen=True)
class Topic:
    """A kind of finding.

    `actions` are those that may be chosen; the first is what the program proposes. `entries` is the SQL condition that
    tells which entries belong to it. `bucket` is where these lie while they are left out, and "" for a topic whose
    entries could go as they are. `count` is the SQL that counts what a person is told of, where that is not entries.
    """

    key: str
    who: str
    actions: tuple[str, ...]
    entries: str
    bucket: str = ""
    count: str = ""


@dataclass(frozen=True)
class Tally:
    """How many there are of a topic, what is done about them, and how many cannot be sent although they should be."""

    topic: Topic
    count: int
    action: str
    left_behind: int


def _found(key: str, who: str, bucket: str, actions: tuple[str, ...], *topics: str) -> Topic:
    """A topic that reading itself found; `topics` are its words for it, where they are not the key."""
    words = ", ".join(f"'{topic}'" for topic in topics or (key,))
    return Topic(key, who, actions, f"entry.topic <> '' AND entry.topic IN ({words})", bucket)


_UNUSUAL = "entry.topic <> '' AND entry.topic = 'unusual_uid'"  # the first half lets SQLite use its index
_LONG = """(length(entry.sop_uid) > 64 OR (
        SELECT length(series_uid) > 64 OR length(study_uid) > 64 FROM series JOIN study ON study.id = series.study
        WHERE series.id = entry.series))"""
_OF_PATIENTS = """entry.series IN (SELECT series.id FROM series JOIN study ON study.id = series.study
        JOIN patient ON patient.id = study.patient WHERE {})"""
_NO_ID = """(trim(patient.patient_id, '0 ') = ''
        OR upper(trim(patient.patient_id)) IN ('UNKNOWN', 'TEST', 'ANONYMOUS', 'NONE'))"""
SAME_ID = "SELECT patient_id, issuer FROM patient WHERE patient_id <> '' GROUP BY 1, 2 HAVING COUNT(*) > 1"
TWO_PATIENTS = """SELECT study_uid FROM study JOIN patient ON patient.id = study.patient
        GROUP BY study_uid HAVING COUNT(DISTINCT patient_id) > 1"""
_POINTS_NOWHERE = """entry.id IN (SELECT pointing.id FROM reference
        JOIN entry AS pointing ON pointing.id = reference.entry AND pointing.bucket <> 'index'
        WHERE NOT EXISTS (SELECT 1 FROM entry AS target WHERE target.sop_uid = reference.target))"""
_CLAIMED_TWICE = """entry.bucket NOT IN ('damaged', 'held_back', 'unreadable')
        AND entry.sop_uid IN (SELECT sop_uid FROM entry WHERE bucket = 'conflict')"""

TOPICS: dict[str, Topic] = {
    topic.key: topic
    for topic in (
        _found("damaged", OLD_PACS, "damaged", (LEAVE_OUT, SEND_LAST), "broken", "no_picture"),
        _found("odd_length", OLD_PACS, "held_back", (LEAVE_OUT, SEND_LAST)),
        _found("disagree", OLD_PACS, "held_back", (LEAVE_OUT, SEND_LAST)),
        _found("unchecked", YOU, "held_back", (LEAVE_OUT, SEND, SEND_LAST)),
        _found("rejection_note", PACS_ADMINISTRATOR, "held_back", (LEAVE_OUT, SEND_LAST)),  # never before the images
        _found("no_identity", OLD_PACS, "held_back", (LEAVE_OUT,)),
        _found("bad_uid", OLD_PACS, "held_back", (LEAVE_OUT,)),
        Topic("conflict", YOU, (LEAVE_OUT, SEND), _CLAIMED_TWICE, "conflict"),
        Topic("long_uid", PACS_ADMINISTRATOR, (SEND_LAST, LEAVE_OUT, SEND), f"{_UNUSUAL} AND {_LONG}"),
        Topic("unusual_uid", PACS_ADMINISTRATOR, _FREELY, f"{_UNUSUAL} AND NOT {_LONG}"),
        Topic(
            "private_class",
            PACS_ADMINISTRATOR,
            _FREELY,
            "entry.kind IN (SELECT id FROM kind WHERE sop_class NOT LIKE '1.2.840.10008.%')",
        ),
        Topic(
            "retired_class",
            PACS_ADMINISTRATOR,
            _FREELY,
            f"entry.kind IN (SELECT id FROM kind WHERE sop_class IN ({_RETIRED}))",
        ),
        Topic("large", PACS_ADMINISTRATOR, _FREELY, f"entry.size > {LARGE}"),
        Topic(
            *("identity", YOU, _FREELY),
            _OF_PATIENTS.format(f"(patient.patient_id, patient.issuer) IN ({SAME_ID})"),
            count=f"SELECT COUNT(*) FROM ({SAME_ID})",
        ),
        Topic(
            *("two_patients", YOU, _FREELY),
            _OF_PATIENTS.format(f"study.study_uid IN ({TWO_PATIENTS})"),
            count=f"SELECT COUNT(*) FROM ({TWO_PATIENTS})",
        ),
        Topic(
            *("no_patient_id", YOU, _FREELY),
            _OF_PATIENTS.format(_NO_ID),
            count=f"SELECT COUNT(*) FROM patient WHERE {_NO_ID}",
        ),
        Topic("references", YOU, _FREELY, _POINTS_NOWHERE),
    )
}
_DECIDED = "SELECT topic, action FROM decision"
_RESTORE = "UPDATE entry SET bucket = ?, reason = finding, who = ? WHERE +entry.bucket = 'pending' AND "
# Of a conflict that was decided one file is pending and the others still lie in conflict.
_RESTORE_CONFLICT = f"""
    UPDATE entry SET bucket = 'conflict', who = '{YOU}', reason = (
        SELECT reason FROM entry AS other WHERE other.sop_uid = entry.sop_uid AND other.bucket = 'conflict')
    WHERE +bucket = 'pending' AND sop_uid IN (SELECT sop_uid FROM entry WHERE bucket = 'conflict')"""
_MOVE = "UPDATE entry SET lane = MAX(lane, ?) WHERE +bucket = 'pending' AND "
_TAKE_UP = "UPDATE entry SET bucket = 'pending', reason = '', who = '', lane = ? WHERE "
# What sending needs: an identity and a kind that can be named (PS3.5 9.1), and that no other file goes by the same one.
_CAN_GO = """
    AND +entry.bucket = ? AND entry.series IS NOT NULL AND entry.dataset_offset < entry.size
    AND entry.sop_uid <> '' AND entry.sop_uid NOT GLOB '*[^!-~]*' AND instr(entry.sop_uid, '\\') = 0
    AND entry.kind IN (SELECT id FROM kind WHERE length(sop_class) BETWEEN 1 AND 64 AND sop_class NOT GLOB '*[^0-9.]*'
                       AND length(transfer_syntax) BETWEEN 1 AND 64 AND transfer_syntax NOT GLOB '*[^0-9.]*')
    AND NOT EXISTS (SELECT 1 FROM entry AS other WHERE other.sop_uid = entry.sop_uid AND other.id <> entry.id
                    AND (other.bucket NOT IN ('damaged', 'held_back') OR other.id < entry.id))"""
# The first file of each identity of which none was sent, in the order of the archive.
_FIRST_IN_CONFLICT = """id IN (
        SELECT MIN(CASE WHEN bucket = 'conflict' THEN id END) FROM entry
        WHERE sop_uid IN (SELECT sop_uid FROM entry WHERE bucket = 'conflict') GROUP BY sop_uid
        HAVING MAX(bucket NOT IN ('conflict', 'damaged', 'held_back', 'unreadable')) = 0)"""


def actions(manifest: Manifest) -> dict[str, str]:
    """What is done about each topic: what was decided, or else what the program proposes."""
    return _actions(manifest.rows(_DECIDED))


def tally(manifest: Manifest) -> list[Tally]:
    """The topics of which there is something, in the order of `TOPICS`."""
    chosen = actions(manifest)
    found = []
    for topic in TOPICS.values():
        among = "" if topic.bucket else f" AND +entry.bucket IN {entries.SENDABLE}"
        count = manifest.value(topic.count or f"SELECT COUNT(*) FROM entry WHERE {topic.entries}{among}")
        if count:
            behind = 0
            if topic.bucket and topic.key != "conflict" and chosen[topic.key] != LEAVE_OUT:
                sql = f"SELECT COUNT(*) FROM entry WHERE {topic.entries} AND +entry.bucket = ?"
                behind = manifest.value(sql, (topic.bucket,))
            found.append(Tally(topic, count, chosen[topic.key], behind))
    return found


def validate(topic: str, action: str) -> None:
    """Whether this can be decided.

    Raises
    ------
    UsageError
        There is no such topic, or it cannot be dealt with in that way.
    """
    known = TOPICS.get(topic)
    if known is None or len(known.actions) < 2:
        choices = ", ".join(key for key, one in TOPICS.items() if len(one.actions) > 1)
        raise UsageError(f"There is nothing to decide about “{topic}”. Choose one of: {choices}.")
    if action not in known.actions:
        choices = ", ".join(_typed(one) for one in known.actions)
        raise UsageError(f"About {topic} “{_typed(action)}” cannot be decided. Choose one of: {choices}.")


def decide(manifest: Manifest, topic: str, action: str) -> None:
    """Keep a decision and put it into effect.

    Raises
    ------
    UsageError
        As `validate`.
    """
    validate(topic, action)
    with manifest.writing() as db:
        db.execute("INSERT OR REPLACE INTO decision VALUES (?, ?, ?)", (topic, action, time.time()))
        audit.write(db, audit.DECIDED, topic, action=action)
        apply(manifest)


def apply(manifest: Manifest) -> None:
    """Put every entry that was not sent where the decisions want it, and count the tree's figures anew."""
    with manifest.writing() as db:
        chosen = _actions(db.execute(_DECIDED))
        _take_back(db)
        for topic in TOPICS.values():
            if topic.bucket and chosen[topic.key] != LEAVE_OUT:
                _take_up(db, topic, _LANES[chosen[topic.key]])
        for topic in TOPICS.values():
            if not topic.bucket and chosen[topic.key] != SEND:
                db.execute(_MOVE + f"({topic.entries})", (_LANES[chosen[topic.key]],))
        entries.count_series(manifest)


def _actions(decided: Iterable[Sequence[str]]) -> dict[str, str]:
    proposed = {key: topic.actions[0] for key, topic in TOPICS.items()}
    return {**proposed, **{row[0]: row[1] for row in decided}}


def _take_back(db: sqlite3.Connection) -> None:
    """Everything as it was read."""
    db.execute("UPDATE entry SET lane = 0 WHERE lane <> 0 AND +bucket IN ('pending', 'conflict')")
    for topic in TOPICS.values():
        if topic.bucket and topic.key != "conflict":
            db.execute(_RESTORE + topic.entries, (topic.bucket, topic.who))
    db.execute(_RESTORE_CONFLICT)


def _take_up(db: sqlite3.Connection, topic: Topic, lane: int) -> None:
    """Send what cannot go as it is all the same."""
    if topic.key == "conflict":
        db.execute(_TAKE_UP + _FIRST_IN_CONFLICT, (lane,))
    else:
        db.execute(_TAKE_UP + topic.entries + _CAN_GO, (lane, topic.bucket))


def _typed(action: str) -> str:
    """An action as it is typed."""
    return action.replace("_", "-")
