"""Decisions of a person about files that are not as they should be: leave them out, send them, or send them last.

A topic is a kind of finding. Its rule says which action the program proposes and which others may be chosen. A decision
changes the entries at once; `apply` repeats this for all topics, after each reading and before each copying.

An entry that cannot go as it is lies in a bucket of its own (damaged, held back, conflict) and becomes `pending` when
it is to be sent. An entry that can go is `pending`, and gets a send order. Where several topics speak of one entry the
strictest wins. An entry that was sent is never touched.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import Iterable, Sequence

from pydicom._uid_dict import UID_dictionary

from wizard.errors import OLD_PACS, PACS_ADMINISTRATOR, YOU, UsageError
from wizard.language.message import Message, Private
from wizard.manifest import audit, entries
from wizard.manifest.buckets import FLAWED, SENDABLE, UNUSABLE, sql_list
from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Action, Bucket, Topic, Who

LARGE = 1_000_000_000  # bytes

_LANES = {Action.SEND: 0, Action.SEND_LAST: 1, Action.LEAVE_OUT: 2}
_FREELY = (Action.SEND, Action.LEAVE_OUT, Action.SEND_LAST)
_OUT_OR_LAST = (Action.LEAVE_OUT, Action.SEND_LAST)
_OUT_ONLY = (Action.LEAVE_OUT,)
_RETIRED = ", ".join(
    f"'{uid}'" for uid, (_, kind, _, retired, *_) in UID_dictionary.items() if kind == "SOP Class" and retired
)


@dataclass(frozen=True)
class Rule:
    """The actions that may be chosen for a topic, and the entries that belong to it.

    The program proposes the first of `actions`. `entries` is the SQL condition for the entries of the topic. `bucket`
    holds them while they are left out; it is None for a topic whose entries could be sent as they are. `count` is the
    SQL for the number that a person is told, where this is not the number of entries.
    """

    topic: Topic
    who: Who
    actions: tuple[Action, ...]
    entries: str
    bucket: Bucket | None = None
    count: str = ""


@dataclass(frozen=True)
class TopicCount:
    """The number of a topic, the action, and how many entries cannot be sent although they should be."""

    rule: Rule
    count: int
    action: Action
    left_behind: int


def _found(topic: Topic, who: Who, bucket: Bucket, actions: tuple[Action, ...], *found: Topic) -> Rule:
    """Make the rule for a topic that reading found; `found` are the topics of its entries, where they have others."""
    words = sql_list(found or (topic,))
    return Rule(topic, who, actions, f"entry.topic <> '' AND entry.topic IN {words}", bucket)


# The first half lets SQLite use its index.
_UNUSUAL = f"entry.topic <> '' AND entry.topic = '{Topic.UNUSUAL_UID}'"
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
_POINTS_NOWHERE = f"""entry.id IN (SELECT pointing.id FROM reference
        JOIN entry AS pointing ON pointing.id = reference.entry AND pointing.bucket <> '{Bucket.INDEX}'
        WHERE NOT EXISTS (SELECT 1 FROM entry AS target WHERE target.sop_uid = reference.target))"""
_IN_CONFLICT = f"(SELECT sop_uid FROM entry WHERE bucket = '{Bucket.CONFLICT}')"
_SAME_UID_TWICE = f"""entry.bucket NOT IN {sql_list(UNUSABLE)}
        AND entry.sop_uid IN {_IN_CONFLICT}"""

RULES: dict[str, Rule] = {
    rule.topic: rule
    for rule in (
        _found(Topic.DAMAGED, OLD_PACS, Bucket.DAMAGED, _OUT_OR_LAST, Topic.BROKEN, Topic.NO_PICTURE),
        _found(Topic.ODD_LENGTH, OLD_PACS, Bucket.HELD_BACK, _OUT_OR_LAST),
        _found(Topic.DISAGREE, OLD_PACS, Bucket.HELD_BACK, _OUT_OR_LAST),
        _found(Topic.UNCHECKED, YOU, Bucket.HELD_BACK, (Action.LEAVE_OUT, Action.SEND, Action.SEND_LAST)),
        _found(Topic.REJECTION_NOTE, PACS_ADMINISTRATOR, Bucket.HELD_BACK, _OUT_OR_LAST),  # never before the images
        _found(Topic.NO_IDENTITY, OLD_PACS, Bucket.HELD_BACK, _OUT_ONLY),
        _found(Topic.BAD_UID, OLD_PACS, Bucket.HELD_BACK, _OUT_ONLY),
        Rule(Topic.CONFLICT, YOU, (Action.LEAVE_OUT, Action.SEND), _SAME_UID_TWICE, Bucket.CONFLICT),
        Rule(
            Topic.LONG_UID,
            PACS_ADMINISTRATOR,
            (Action.SEND_LAST, Action.LEAVE_OUT, Action.SEND),
            f"{_UNUSUAL} AND {_LONG}",
        ),
        Rule(Topic.UNUSUAL_UID, PACS_ADMINISTRATOR, _FREELY, f"{_UNUSUAL} AND NOT {_LONG}"),
        Rule(
            Topic.PRIVATE_CLASS,
            PACS_ADMINISTRATOR,
            _FREELY,
            "entry.kind IN (SELECT id FROM kind WHERE sop_class NOT LIKE '1.2.840.10008.%')",
        ),
        Rule(
            Topic.RETIRED_CLASS,
            PACS_ADMINISTRATOR,
            _FREELY,
            f"entry.kind IN (SELECT id FROM kind WHERE sop_class IN ({_RETIRED}))",
        ),
        Rule(Topic.LARGE, PACS_ADMINISTRATOR, _FREELY, f"entry.size > {LARGE}"),
        Rule(
            *(Topic.IDENTITY, YOU, _FREELY),
            _OF_PATIENTS.format(f"(patient.patient_id, patient.issuer) IN ({SAME_ID})"),
            count=f"SELECT COUNT(*) FROM ({SAME_ID})",
        ),
        Rule(
            *(Topic.TWO_PATIENTS, YOU, _FREELY),
            _OF_PATIENTS.format(f"study.study_uid IN ({TWO_PATIENTS})"),
            count=f"SELECT COUNT(*) FROM ({TWO_PATIENTS})",
        ),
        Rule(
            *(Topic.NO_PATIENT_ID, YOU, _FREELY),
            _OF_PATIENTS.format(_NO_ID),
            count=f"SELECT COUNT(*) FROM patient WHERE {_NO_ID}",
        ),
        Rule(Topic.REFERENCES, YOU, _FREELY, _POINTS_NOWHERE),
    )
}
_DECIDED = "SELECT topic, action FROM decision"
_RESTORE = f"""
    UPDATE entry SET bucket = ?, reason_code = finding_code, reason_values = finding_values
    WHERE +entry.bucket = '{Bucket.PENDING}' AND """
# Of a conflict that was decided one file is pending and the others still lie in conflict.
_RESTORE_CONFLICT = f"""
    UPDATE entry SET bucket = '{Bucket.CONFLICT}', (reason_code, reason_values) = (
        SELECT reason_code, reason_values FROM entry AS other
        WHERE other.sop_uid = entry.sop_uid AND other.bucket = '{Bucket.CONFLICT}')
    WHERE +bucket = '{Bucket.PENDING}' AND sop_uid IN {_IN_CONFLICT}"""
_AS_READ = f"""
    UPDATE entry SET lane = 0 WHERE lane <> 0 AND +bucket IN {sql_list((Bucket.PENDING, Bucket.CONFLICT))}"""
_MOVE = f"UPDATE entry SET lane = MAX(lane, ?) WHERE +bucket = '{Bucket.PENDING}' AND "
_TAKE_UP = f"UPDATE entry SET bucket = '{Bucket.PENDING}', reason_code = '', reason_values = '', lane = ? WHERE "
# Sending needs a valid UID and kind (PS3.5 9.1), and that no other file has the same UID.
_CAN_GO = f"""
    AND +entry.bucket = ? AND entry.series IS NOT NULL AND entry.dataset_offset < entry.size
    AND entry.sop_uid <> '' AND entry.sop_uid NOT GLOB '*[^!-~]*' AND instr(entry.sop_uid, '\\') = 0
    AND entry.kind IN (SELECT id FROM kind WHERE length(sop_class) BETWEEN 1 AND 64 AND sop_class NOT GLOB '*[^0-9.]*'
                       AND length(transfer_syntax) BETWEEN 1 AND 64 AND transfer_syntax NOT GLOB '*[^0-9.]*')
    AND NOT EXISTS (SELECT 1 FROM entry AS other WHERE other.sop_uid = entry.sop_uid AND other.id <> entry.id
                    AND (other.bucket NOT IN {sql_list(FLAWED)} OR other.id < entry.id))"""
# The first file of each UID of which none was sent, in the order of the source.
_FIRST_IN_CONFLICT = f"""id IN (
        SELECT MIN(CASE WHEN bucket = '{Bucket.CONFLICT}' THEN id END) FROM entry
        WHERE sop_uid IN {_IN_CONFLICT} GROUP BY sop_uid
        HAVING MAX(bucket NOT IN {sql_list((Bucket.CONFLICT, *UNUSABLE))}) = 0)"""


def actions(manifest: Manifest) -> dict[str, Action]:
    """Return the action of each topic: the decision, or else the proposal of the program."""
    return _actions(manifest.rows(_DECIDED))


def count_topics(manifest: Manifest) -> list[TopicCount]:
    """Return the topics that have entries, in the order of `RULES`."""
    chosen = actions(manifest)
    found = []
    for rule in RULES.values():
        among = "" if rule.bucket else f" AND +entry.bucket IN {sql_list(SENDABLE)}"
        count = manifest.value(rule.count or f"SELECT COUNT(*) FROM entry WHERE {rule.entries}{among}")
        if count:
            behind = 0
            if rule.bucket and rule.topic != Topic.CONFLICT and chosen[rule.topic] != Action.LEAVE_OUT:
                sql = f"SELECT COUNT(*) FROM entry WHERE {rule.entries} AND +entry.bucket = ?"
                behind = manifest.value(sql, (rule.bucket,))
            found.append(TopicCount(rule, count, chosen[rule.topic], behind))
    return found


def validate(topic: str, action: str) -> None:
    """Check that this can be decided.

    Raises
    ------
    UsageError
        There is no such topic, or the action cannot be chosen for it.
    """
    known = RULES.get(topic)
    if known is None or len(known.actions) < 2:
        choices = tuple(typed(key) for key, one in RULES.items() if len(one.actions) > 1)
        raise UsageError(
            Message(
                "Nothing can be decided about “{topic}”. Possible: {choices}.",
                topic=Private(typed(topic)),
                choices=choices,
            )
        )
    if action not in known.actions:
        choices = tuple(typed(one) for one in known.actions)
        raise UsageError(
            Message(
                "“{action}” is not possible for {topic}. Possible: {choices}.",
                action=Private(typed(action)),
                topic=typed(topic),
                choices=choices,
            )
        )


def decide(manifest: Manifest, topic: str, action: str) -> None:
    """Store a decision and apply it.

    Raises
    ------
    UsageError
        `validate` refuses it.
    """
    validate(topic, action)
    with manifest.writing() as db:
        db.execute("INSERT OR REPLACE INTO decision VALUES (?, ?, ?)", (topic, action, time.time()))
        audit.write(db, audit.DECIDED, topic, action=action)
        apply(manifest)


def apply(manifest: Manifest) -> None:
    """Set bucket and send order of every entry that was not sent as the decisions say, and count for the tree anew."""
    with manifest.writing() as db:
        chosen = _actions(db.execute(_DECIDED))
        _take_back(db)
        for rule in RULES.values():
            if rule.bucket and chosen[rule.topic] != Action.LEAVE_OUT:
                _take_up(db, rule, _LANES[chosen[rule.topic]])
        for rule in RULES.values():
            if not rule.bucket and chosen[rule.topic] != Action.SEND:
                db.execute(_MOVE + f"({rule.entries})", (_LANES[chosen[rule.topic]],))
        entries.count_series(manifest)


def _actions(decided: Iterable[Sequence[str]]) -> dict[str, Action]:
    proposed = {topic: rule.actions[0] for topic, rule in RULES.items()}
    return {**proposed, **{row[0]: Action(row[1]) for row in decided}}


def _take_back(db: sqlite3.Connection) -> None:
    """Set every entry back to the bucket and send order in which reading put it."""
    db.execute(_AS_READ)
    for rule in RULES.values():
        if rule.bucket and rule.topic != Topic.CONFLICT:
            db.execute(_RESTORE + rule.entries, (rule.bucket,))
    db.execute(_RESTORE_CONFLICT)


def _take_up(db: sqlite3.Connection, rule: Rule, send_order: int) -> None:
    """Make the entries of a rule pending, although they cannot be sent as they are."""
    if rule.topic == Topic.CONFLICT:
        db.execute(_TAKE_UP + _FIRST_IN_CONFLICT, (send_order,))
    else:
        db.execute(_TAKE_UP + rule.entries + _CAN_GO, (send_order, rule.bucket))


def typed(action: str) -> str:
    """Write an action as it is typed on the command line."""
    return action.replace("_", "-")
