"""Write the section of the report about filter, settings and decisions, with the person and time of each choice."""

from __future__ import annotations

import itertools
from typing import Any, Iterator

from wizard.manifest import audit, copy_settings, decisions, tree
from wizard.manifest.manifest import Manifest
from wizard.report import figures as gathered
from wizard.report import values
from wizard.report.markup import cut, element, facts, foreign, lines, table
from wizard.report.names import Names
from wizard.report.values import amount, number

#: How many rows of the audit trail the report lists.
LISTED = 300

_SHOWN = (audit.SET, audit.DECIDED, audit.TICKED, audit.UNTICKED, audit.FIRST, audit.IN_TURN, audit.RETRIED)


def section(manifest: Manifest, names: Names) -> Iterator[str]:
    """List the choices, the files that they excluded, and who made them."""
    settings = copy_settings.read(manifest)
    yield facts(
        [
            ("Filter", _filter(manifest, names)),
            ("Left out by choice", _left_out(manifest)),
            ("Connections at a time", str(settings.associations) if settings.associations else "left to the program"),
            ("Speed limit", f"{settings.speed_limit:g} MB/s" if settings.speed_limit else "none"),
            ("Hours", settings.hours or "any"),
            ("Order", "the newest studies first" if settings.newest_first else "as the archive has them"),
            (
                "What is there already",
                "asked for and left out" if settings.skip_existing else "not asked for beforehand",
            ),
        ]
    )
    found = decisions.count_topics(manifest)
    if found:
        yield element("h3", "What was found, and what was done about it") + "\n"
        columns = (("Number", "n"), ("Found", ""), ("Done about it", "s"), ("Who must act", ""))
        decided = {row[0] for row in manifest.rows("SELECT topic FROM decision")}
        yield from table(
            columns,
            (
                (
                    one.count,
                    one.rule.topic.replace("_", " "),
                    lines(
                        one.action.replace("_", " "),
                        "decided by a person" if one.rule.topic in decided else "as proposed",
                    ),
                    values.who(one.rule.who),
                )
                for one in found
            ),
        )
    yield from _by_whom(manifest, names)


def _by_whom(manifest: Manifest, names: Names) -> Iterator[str]:
    records = [record for record in audit.records(manifest) if record.action in _SHOWN]
    if not records:
        return
    yield element("h3", "Who chose it") + "\n"
    columns = (("When", "s"), ("Who", ""), ("What", ""), ("", ""))
    yield from table(columns, (_record(record, names) for record in itertools.islice(records, LISTED)))
    yield cut(LISTED, len(records), names.file_name(values.AUDIT))


def _record(record: audit.Record, names: Names) -> tuple[object, ...]:
    details = (_detail(key, value) for key, value in names.details(record).items())
    who = lines(foreign(record.operator), foreign(record.user)) if record.operator else foreign(record.user)
    what = f"{record.action} {record.subject.replace('_', ' ')}"
    return values.moment(record.time), who, what, foreign("; ".join(details))


def _detail(key: str, value: Any) -> str:
    """Write a detail of a record as text, without its empty parts."""
    if isinstance(value, dict):
        parts = (_detail(name.replace("_", " "), part) for name, part in value.items())
        return ", ".join(part for part in parts if part)
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    if value in (None, "", False):
        return ""
    shown = "yes" if value is True else str(value)
    return shown if key == "value" else f"{key} {shown}"


def _filter(manifest: Manifest, names: Names) -> str:
    chosen = tree.get_filter(manifest)
    if chosen == tree.Filter():
        return "none"
    parts = [
        f"patient name or ID has “{names.text(chosen.text.strip())}” in it" if chosen.text.strip() else "",
        f"modality {', '.join(chosen.modalities)}" if chosen.modalities else "",
        f"study date from {values.date(chosen.from_date)}" if chosen.from_date else "",
        f"study date up to {values.date(chosen.to_date)}" if chosen.to_date else "",
        "studies without a date too" if chosen.undated else "no studies without a date",
    ]
    return "; ".join(part for part in parts if part)


def _left_out(manifest: Manifest) -> str:
    parts = (
        f"{amount(left.files, 'file')} ({left.reason}; studies concerned: {number(left.studies)})"
        for left in gathered.left_out(manifest)
    )
    return ", ".join(parts) or "nothing"
