"""The audit trail: each action is written into it, and nothing removes it again."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Iterator

import pytest

from tests.report.samples import Sample
from wizard.errors import ManifestError
from wizard.manifest import audit, copy_settings, decisions, queue, tree
from wizard.manifest.copy_settings import CopySettings
from wizard.manifest.manifest import Manifest


@pytest.fixture
def manifest(tmp_path: Path) -> Iterator[Manifest]:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image()
        sample.read()
        yield sample.manifest


def said(manifest: Manifest) -> list[tuple[str, str]]:
    return [(record.action, record.subject) for record in audit.records(manifest)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET user = 'somebody else'",
        "UPDATE audit SET id = id + 1000",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE id = (SELECT MAX(id) FROM audit)",
        "INSERT OR REPLACE INTO audit SELECT id, 0, '', '', '', '', '', '{}' FROM audit LIMIT 1",
        "REPLACE INTO audit SELECT id, 0, '', '', '', '', '', '{}' FROM audit LIMIT 1",
    ],
)
def test_the_trail_is_never_changed_or_shortened(manifest: Manifest, sql: str) -> None:
    manifest.note("tested", "this")
    before = list(audit.records(manifest))
    with pytest.raises(ManifestError, match="could not be read or written"), manifest.writing() as db:
        db.execute(sql)
    assert list(audit.records(manifest)) == before != []
    other = sqlite3.connect(str(manifest.path))  # also with the tools of others
    with pytest.raises(sqlite3.Error, match="only appended to"):
        other.execute(sql)
    other.close()


def test_a_step_is_noted_when_it_begins_and_with_how_it_ends(manifest: Manifest) -> None:
    with manifest.running("copy"):
        assert said(manifest)[-1] == ("began", "copy")
    with pytest.raises(KeyError), manifest.running("verify"):
        raise KeyError
    records = list(audit.records(manifest))[-3:]
    assert [(one.action, one.subject, one.details.get("outcome")) for one in records] == [
        ("ended", "copy", "done"),
        ("began", "verify", None),
        ("ended", "verify", "failed"),
    ]


def test_who_it_was_is_noted_by_user_computer_and_typed_name(manifest: Manifest) -> None:
    with manifest.running("check"):
        pass
    manifest.put(operator="Dr. Invented")
    with manifest.running("copy"):
        pass
    before, after = (
        next(one for one in audit.records(manifest) if one.subject == step and one.action == "began")
        for step in ("check", "copy")
    )
    assert before.user == after.user == audit.user() != ""
    assert before.computer != ""
    assert (before.operator, after.operator) == ("", "Dr. Invented")


def test_settings_are_noted_when_they_change_and_only_then(manifest: Manifest) -> None:
    count = len(said(manifest))
    copy_settings.keep(manifest, CopySettings(associations=3))
    copy_settings.keep(manifest, CopySettings(associations=3))
    tree.set_filter(manifest, tree.Filter(modalities=("CT",)))
    tree.set_filter(manifest, tree.Filter(modalities=("CT",)))
    manifest.put(sample_time=1.0, exports={})  # the program's own notes
    assert said(manifest)[count:] == [("set", "wishes"), ("set", "filter")]
    assert list(audit.records(manifest))[-2].details["value"]["associations"] == 3


def test_decisions_ticks_and_turns_are_noted(manifest: Manifest) -> None:
    count = len(said(manifest))
    decisions.decide(manifest, "damaged", "send_last")
    tree.tick(manifest, "study", 1, False)
    tree.tick_all(manifest, True)
    queue.copy_first(manifest, [1])
    queue.retry_failed(manifest)
    queue.retry_missing(manifest)
    assert said(manifest)[count:] == [
        ("decided", "damaged"),
        ("unticked", "study 1"),
        ("ticked", "all that is shown"),
        ("copy first", "study 1"),
        ("put back into the queue", "refused and unanswered"),
        ("put back into the queue", "copied and not named"),
    ]


def test_what_is_rolled_back_is_not_in_the_trail(manifest: Manifest) -> None:
    before = said(manifest)
    with pytest.raises(KeyError), manifest.writing():
        decisions.decide(manifest, "damaged", "send_last")
        raise KeyError
    assert said(manifest) == before


def test_opening_and_closing_are_noted_once_each(tmp_path: Path) -> None:
    for _ in range(2):
        with Manifest(tmp_path / "m.sqlite") as manifest:
            manifest.announce(program="1")
            manifest.close()
    with Manifest(tmp_path / "m.sqlite") as manifest:  # looking at it is no opening
        assert said(manifest) == [("opened", ""), ("closed", "")] * 2


def test_no_patient_is_in_the_trail_but_in_a_filter(manifest: Manifest) -> None:
    tree.tick(manifest, "patient", 1, False)
    decisions.decide(manifest, "damaged", "send_last")
    text = " ".join(str(record) for record in audit.records(manifest))
    for private in ("Muster", "P-4711", "19700101", "A-1", "/archive"):
        assert private not in text
