"""Say what a record of the audit trail changed: settings, ticks, decisions, and what was queued again."""

from __future__ import annotations

import functools
from typing import Any, Callable, Mapping

from wizard.language.message import Day, Message, Private, Value
from wizard.manifest import audit
from wizard.report.statements import pacs
from wizard.report.words import ACTIONS, TOPICS

#: The actions that are said here.
SHOWN = (audit.SET, audit.DECIDED, audit.TICKED, audit.UNTICKED, audit.FIRST, audit.IN_TURN, audit.RETRIED)

_ROWS: dict[str, Callable[[str], Message]] = {
    "patient": lambda row: Message("patient {row}", row=row),
    "study": lambda row: Message("study {row}", row=row),
    "series": lambda row: Message("series {row}", row=row),
}


def said(record: audit.Record) -> Message:
    """Say one record. What a person typed is private in it."""
    return _SAID[record.action](record)


def filter_parts(chosen: Mapping[str, Any]) -> tuple[Message, ...]:
    """Say each condition of a filter; nothing for none."""
    text, modalities = str(chosen.get("text") or ""), tuple(chosen.get("modalities") or ())
    begin, end = chosen.get("from_date"), chosen.get("to_date")
    found = [
        *([Message("patient name or ID contains “{text}”", text=Private(text.strip()))] if text.strip() else []),
        *([Message("modality {modalities}", modalities=modalities)] if modalities else []),
        *([Message("study date from {day}", day=Day(begin))] if begin else []),
        *([Message("study date up to {day}", day=Day(end))] if end else []),
    ]
    if not chosen.get("undated", True):
        return (*found, Message("excluding studies without a date"))
    return (*found, Message("including studies without a date")) if found else ()


def _set(record: audit.Record) -> Message:
    value = record.details.get("value")
    say = _SETTINGS.get(record.subject)
    return Message("{setting} changed", setting=record.subject) if say is None else say(value)


def _destination(value: Any) -> Message:
    return Message("New PACS set: {pacs}", pacs=pacs(value)) if value else Message("New PACS removed")


def _filter(value: Any) -> Message:
    parts = filter_parts(value or {})
    return Message("Filter set: {filter}", filter=parts) if parts else Message("Filter removed")


def _copy_settings(value: Any) -> Message:
    wanted = value or {}
    connections, limit = wanted.get("associations", 0), wanted.get("speed_limit", 0)
    parts: list[Value] = [
        Message("parallel connections: {count}", count=connections)
        if connections
        else Message("parallel connections: automatic"),
        Message("speed limit: {limit} MB/s", limit=float(limit)) if limit else Message("no speed limit"),
        Message("time window: {hours}", hours=str(wanted["hours"])) if wanted.get("hours") else Message("any time"),
        Message("newest studies first") if wanted.get("newest_first") else Message("in the order of the folders"),
        Message("images already in the new PACS are skipped")
        if wanted.get("skip_existing")
        else Message("images already in the new PACS are not looked for beforehand"),
    ]
    return Message("Speed and time window set: {settings}", settings=tuple(parts))


def _typed(template: Callable[[Private], Message], removed: Message, value: Any) -> Message:
    return template(Private(str(value))) if value else removed


def _decided(record: audit.Record) -> Message:
    action = str(record.details.get("action", ""))
    return Message(
        "Decision about “{topic}”: {action}",
        topic=TOPICS.get(record.subject, record.subject),
        action=ACTIONS.get(action, action),
    )


def _ticked(record: audit.Record) -> Message:
    return Message("Ticked: {row}. {series}", row=_row(record.subject), series=_series(record))


def _unticked(record: audit.Record) -> Message:
    return Message("Unticked: {row}. {series}", row=_row(record.subject), series=_series(record))


def _series(record: audit.Record) -> Message:
    changed = int(record.details.get("series", 0))
    return Message("{n} series changed.", "{n} series changed.", n=changed)


def _row(subject: str) -> Message:
    """Name a row of the tree: "study 12" in the audit trail."""
    level, _, row = subject.partition(" ")
    return _ROWS[level](row) if level in _ROWS and row.isdecimal() else Message("all rows shown")


def _first(record: audit.Record) -> Message:
    return Message("To be copied first: {rows}", rows=_several(record.subject))


def _in_turn(record: audit.Record) -> Message:
    return Message("To be copied in the usual order again: {rows}", rows=_several(record.subject))


def _several(subject: str) -> tuple[Value, ...]:
    return tuple(_row(one) for one in subject.split(", "))


def _retried(record: audit.Record) -> Message:
    files = int(record.details.get("files", 0))
    return Message("{n} image queued again", "{n} images queued again", n=files)


_SETTINGS: dict[str, Callable[[Any], Message]] = {
    "destination": _destination,
    "filter": _filter,
    "wishes": _copy_settings,
    "acknowledged": lambda _: Message(
        "It was acknowledged that corrections made in the old PACS are often not in its files"
    ),
    "operator": functools.partial(
        _typed, lambda name: Message("Operator set: {name}", name=name), Message("Operator removed")
    ),
    "remarks": functools.partial(_typed, lambda text: Message("Remarks: {text}", text=text), Message("Remarks: none")),
    "old_list": lambda value: Message(
        "List of the old PACS read: {file}", file=Private(str((value or {}).get("name", "")))
    ),
}
_SAID: dict[str, Callable[[audit.Record], Message]] = {
    audit.SET: _set,
    audit.DECIDED: _decided,
    audit.TICKED: _ticked,
    audit.UNTICKED: _unticked,
    audit.FIRST: _first,
    audit.IN_TURN: _in_turn,
    audit.RETRIED: _retried,
}
