"""Write the section of the report about filter, settings and decisions, with the person and time of each choice."""

from __future__ import annotations

import itertools
from dataclasses import asdict
from typing import Iterator, Sequence

from wizard.language.message import Message
from wizard.manifest import audit, copy_settings, decisions, tree
from wizard.manifest.manifest import Manifest
from wizard.report import changes, values, words
from wizard.report import figures as gathered
from wizard.report.markup import Content, Markup, cut, element, facts, foreign, lines, table, told
from wizard.report.names import Names

#: How many rows of the audit trail the report lists.
LISTED = 300


def section(manifest: Manifest, names: Names) -> Iterator[str]:
    """List the choices, the files that they excluded, and who made them."""
    settings = copy_settings.read(manifest)
    yield facts(
        [
            (Message("Filter"), told(names.said(_filter(manifest)))),
            (Message("Excluded"), _excluded(manifest)),
            (Message("Parallel connections"), settings.associations or Message("automatic")),
            (
                Message("Speed limit"),
                Message("{limit} MB/s", limit=float(settings.speed_limit))
                if settings.speed_limit
                else Message("no limit"),
            ),
            (Message("Time window"), settings.hours or Message("any time")),
            (
                Message("Order"),
                Message("newest studies first") if settings.newest_first else Message("as in the folders"),
            ),
            (
                Message("Images already in the new PACS"),
                Message("queried beforehand and skipped")
                if settings.skip_existing
                else Message("not queried beforehand"),
            ),
        ]
    )
    found = decisions.count_topics(manifest)
    if found:
        yield element("h3", Message("Findings and decisions")) + "\n"
        columns = (
            *((Message("Count"), "n"), (Message("Finding"), ""), (Message("Action"), "s")),
            (Message("Action by"), ""),
        )
        decided = {row[0] for row in manifest.rows("SELECT topic FROM decision")}
        yield from table(columns, (_finding(one, one.rule.topic in decided) for one in found))
    yield from _by_whom(manifest, names)


def _finding(one: decisions.TopicCount, decided: bool) -> Sequence[Content]:
    by = Message("chosen by a person") if decided else Message("default")
    topic = words.TOPICS[one.rule.topic]
    return one.count, topic, lines(words.ACTIONS[one.action], by), values.action_by(one.rule.who)


def _by_whom(manifest: Manifest, names: Names) -> Iterator[str]:
    records = [record for record in audit.records(manifest) if record.action in changes.SHOWN]
    if not records:
        return
    yield element("h3", Message("Changes")) + "\n"
    columns = ((Message("Date and time"), "s"), (Message("Changed by"), ""), (Message("Change"), ""))
    yield from table(columns, (_record(record, names) for record in itertools.islice(records, LISTED)))
    yield cut(LISTED, len(records), names.file_name(values.AUDIT))


def _record(record: audit.Record, names: Names) -> Sequence[Content]:
    who = lines(foreign(record.operator), foreign(record.user)) if names.shown else foreign(names.text(record.user))
    return values.moment(record.time), who, told(names.said(changes.said(record)))


def _filter(manifest: Manifest) -> Message:
    parts = changes.filter_parts(asdict(tree.get_filter(manifest)))
    return Message("{conditions}", conditions=parts) if parts else Message("no filter")


def _excluded(manifest: Manifest) -> Content:
    found = gathered.left_out(manifest)
    if not found:
        return Message("nothing")
    return Markup("".join(element("div", _excluded_for(one)) for one in found))


def _excluded_for(one: gathered.LeftOut) -> Message:
    return Message(
        "{reason} Images: {files}. Studies: {studies}.", reason=one.reason or "", files=one.files, studies=one.studies
    )
