"""Every sentence of the program, and the catalogues of its languages:

    python3 -m tests.messages

brings `wizard/language/locale/*.po` up to date: what is new is added without a translation, what is gone is taken out.
The tests hold that nothing is without one.

A sentence is a `Message` whose template stands in the code, or it stands under a code in `wizard.reasons`.
"""

from __future__ import annotations

import ast
import string
from pathlib import Path
from typing import Iterator, NamedTuple

import polib

from wizard import reasons
from wizard.language import ENGLISH, LANGUAGES
from wizard.start.bootstrap import ROOT

LOCALE = ROOT / "wizard" / "language" / "locale"


class Sentence(NamedTuple):
    """`many` is "" for what has no number; `place` is the file and line, from the top of the project."""

    one: str
    many: str
    place: str


class Call(NamedTuple):
    """A call of `Message` in the code; `texts` is None if the template does not stand there."""

    texts: tuple[str, ...] | None
    values: frozenset[str] | None
    place: str


def calls() -> Iterator[Call]:
    """Find every call that makes a message; `values` is None where they come from a mapping."""
    for path in sorted((ROOT / "wizard").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) == "Message":
                texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
                names = [keyword.arg for keyword in node.keywords]
                yield Call(
                    tuple(map(str, texts)) if len(texts) == len(node.args) else None,
                    None if None in names else frozenset(name for name in names if name),
                    f"{path.relative_to(ROOT).as_posix()}:{node.lineno}",
                )


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def sentences() -> list[Sentence]:
    """Return every sentence once: those in the code, then those of the reasons."""
    found: dict[tuple[str, str], Sentence] = {}
    for call in calls():
        if call.texts and has_words(call.texts[0]):
            found.setdefault((call.texts[0], call.texts[1] if len(call.texts) > 1 else ""), _sentence(call))
    for code, explained in reasons.EXPLAINED.items():
        for one, many in ((explained.one, explained.many), (explained.next_step, "")):
            if has_words(one):
                found.setdefault((one, many), Sentence(one, many, f"reason {code}"))
    return list(found.values())


def _sentence(call: Call) -> Sentence:
    assert call.texts is not None
    return Sentence(call.texts[0], call.texts[1] if len(call.texts) > 1 else "", call.place)


def has_words(template: str) -> bool:
    """Whether a template has letters of its own, so that it needs a translation."""
    return any(any(map(str.isalpha, text)) for text, *_ in string.Formatter().parse(template))


def fields(template: str) -> frozenset[str]:
    """Return the names in braces."""
    return frozenset(name for _, name, *_ in string.Formatter().parse(template) if name is not None)


def update(path: Path) -> tuple[int, int, int]:
    """Bring one catalogue up to date; returns how many sentences it has, how many are new, and how many are gone."""
    known = polib.pofile(str(path), encoding="utf-8") if path.exists() else polib.POFile()
    before = {entry.msgid: entry for entry in known}
    catalogue = polib.POFile(wrapwidth=120)
    catalogue.metadata = known.metadata or {"Content-Type": "text/plain; charset=UTF-8", "Language": path.stem}
    new = 0
    for sentence in sentences():
        entry = polib.POEntry(msgid=sentence.one, msgid_plural=sentence.many)
        old = before.pop(sentence.one, None)
        if sentence.many:
            entry.msgstr_plural = dict(old.msgstr_plural) if old is not None else {}
        else:
            entry.msgstr = old.msgstr if old is not None else ""
        new += not entry.translated()
        catalogue.append(entry)
    catalogue.save(str(path))
    return len(catalogue), new, len(before)


if __name__ == "__main__":
    for language in LANGUAGES:
        if language != ENGLISH:
            print(
                language,
                "has {} sentences, {} without a translation; {} are gone".format(*update(LOCALE / f"{language}.po")),
            )
