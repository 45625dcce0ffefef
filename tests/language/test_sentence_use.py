"""No part of the program takes a sentence apart, compares it, or puts one together from parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language.sentence_use import faults
from wizard.start.bootstrap import ROOT

MODULES = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "wizard").rglob("*.py"))]

#: Where a sentence is more than shown, with the reason.
EXCEPTIONS = {
    "wizard/manifest/upgrade.py": "reads manifests in which earlier versions kept sentences",
    "wizard/start/bootstrap.py": "runs before the packages are there that a catalogue needs, and speaks English alone",
    "wizard/ui/copy/outcomes.py": "makes one line of each cell that is put on the clipboard",
}


@pytest.mark.parametrize("module", [name for name in MODULES if name not in EXCEPTIONS])
def test_sentences_are_only_shown(module: str) -> None:
    assert [f"{module}:{line} {found}" for line, found in faults(Path(ROOT / module).read_text("utf-8"))] == []


@pytest.mark.parametrize("module", EXCEPTIONS)
def test_an_exception_is_needed(module: str) -> None:
    assert len(list(faults(Path(ROOT / module).read_text("utf-8")))) == 1


@pytest.mark.parametrize(
    "code",
    [
        'x.sentence == "Copied."',
        '"copied" in str(error.sentence)',
        "sentence in (A, B)",
        "sentence[:100]",
        "render(message)[1:]",
        'error.sentence.startswith("The")',
        'render(note).replace(".", "")',
        're.sub("a", "b", reason)',
        "_PATTERN.fullmatch(str(message))",
        'f"{error.sentence} Retry."',
        '"Note: " + render(note)',
        "run(\"SELECT id FROM ledger WHERE reason <> ''\")",
    ],
)
def test_it_is_seen_where_a_sentence_is_more_than_shown(code: str) -> None:
    assert list(faults(code))


@pytest.mark.parametrize(
    "code",
    [
        "reason is None",
        "notice.sentence != note.sentence",  # the same message, whatever it says
        'reason.code == "cut_off"',
        "error.sentence or NOTHING",
        'f"{render(message)}  ·  {render(other)}"',
        "label.configure(text=render(note.sentence))",
        "rows[:100]",
        'path.replace("a", "b")',
        'run("SELECT reason_code FROM ledger WHERE reason_code = ?")',
    ],
)
def test_it_is_no_fault_to_show_one(code: str) -> None:
    assert list(faults(code)) == []
