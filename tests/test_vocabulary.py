"""A word of the vocabulary is its plain text wherever it goes, and no other module spells it."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sqlite3
from pathlib import Path
from typing import Iterator

import pytest

from wizard import vocabulary
from wizard.manifest import buckets as groups
from wizard.start.bootstrap import ROOT
from wizard.vocabulary import Action, Bucket, Grade, ReadBack, Result, Retry, Topic, Who, Word

KINDS = (Bucket, Topic, Action, Retry, Grade, Result, ReadBack, Who)
WORDS = [word for kind in KINDS for word in kind]
MODULES = [
    path
    for path in sorted((ROOT / "wizard").rglob("*.py"))
    if path not in (Path(vocabulary.__file__), Path(groups.__file__))
]
#: The same letters, and another word: an upgrade speaks as its version did, a sum of the JSON is named so, OpenSSL has
#: words of its own, and B is a byte.
NOT_MEANT = {
    "wizard/dicom/certificates.py": {"MISMATCH"},
    "wizard/manifest/upgrade.py": {"held_back", "damaged", "index", "pending", "you"},
    "wizard/language/writing.py": {"B"},
    "wizard/cli/summary.py": {"not_checked"},
}


def plain(word: Word) -> str:
    """The letters of a word, as a text that is nothing else."""
    text = "".join(list(word))
    assert type(text) is str
    return text


# What a word is


def test_no_kind_was_forgotten_here() -> None:
    assert set(KINDS) == set(Word.__subclasses__())


@pytest.mark.parametrize("word", WORDS, ids=repr)
def test_a_word_is_its_text(word: Word) -> None:
    text = plain(word)
    assert word == text and text == word and hash(word) == hash(text)
    by_word: dict[str, int] = {word: 1}
    assert by_word[text] == {text: 1}[word] == 1
    assert text in (word,) and word in (text,)
    assert type(word)(text) is word


@pytest.mark.parametrize("word", WORDS, ids=repr)
def test_it_is_written_as_its_text_by_whatever_writes_it(word: Word) -> None:
    text = plain(word)
    for written in (str(word), f"{word}", format(word), "".join([word]), word.replace("_", "_")):
        assert type(written) is str and written == text
    assert f"{word:>20}" == f"{text:>20}"
    assert json.dumps({word: [word]}) == json.dumps({text: [text]})
    assert json.dumps({word: [word]}, indent=1) == json.dumps({text: [text]}, indent=1)  # by another writer
    table = io.StringIO()
    csv.writer(table).writerow([word, word])
    assert table.getvalue() == f"{text},{text}\r\n"


@pytest.mark.parametrize("word", WORDS, ids=repr)
def test_sqlite_stores_and_finds_its_text(word: Word) -> None:
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE TABLE said (word TEXT)")
        db.execute("INSERT INTO said VALUES (?)", (word,))
        ((stored, kind),) = db.execute("SELECT word, typeof(word) FROM said WHERE word = ?", (plain(word),)).fetchall()
        assert (type(stored), stored, kind) == (str, plain(word), "text")
        assert db.execute(f"SELECT COUNT(*) FROM said WHERE word = '{word}'").fetchone() == (1,)
    db.close()


# Where it is spelled


def spelled(source: str) -> Iterator[str]:
    """The words that a module spells itself: in its SQL, as a key, or to compare something with."""
    tree = ast.parse(source)
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    documentation |= {id(one) for one in codes_of_reasons(tree)}
    words = {plain(word) for word in WORDS}
    own = {plain(word) for word in WORDS if not isinstance(word, Retry)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield from words.intersection(re.findall(r"'([\w ]+)'", node.value))
            yield from {node.value}.intersection(word for word in own if "_" in word)
        for value in used_as_a_word(node):
            yield from own.intersection(constants(value))


def codes_of_reasons(tree: ast.AST) -> Iterator[ast.AST]:
    """The codes of reasons, a vocabulary of its own: some have the letters of the topic or the bucket they explain."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Reason", "_explained"):
            yield from (part for argument in node.args for part in ast.walk(argument))
        elif isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "EXPLAINED":
            assert isinstance(node.value, ast.Dict)
            yield from (key for key in node.value.keys if key is not None)
            node.value.keys = []


def used_as_a_word(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Dict):
        return [key for key in node.keys if key is not None]
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    return [node.slice] if isinstance(node, ast.Subscript) else []


def constants(node: ast.AST) -> Iterator[str]:
    """A constant, or those that are listed."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        for element in node.elts:
            yield from constants(element)
    elif type(node).__name__ == "Index":  # around what stands in brackets, before Python 3.9
        yield from constants(node.value)  # type: ignore[attr-defined]


def gathered(source: str) -> Iterator[frozenset[str]]:
    """The buckets that a module lists together."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            yield frozenset(map(named, node.elts))


def named(node: ast.AST) -> str:
    """What names a bucket, "Bucket.COPIED"; "" for anything else."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_other_module_spells_a_word_or_puts_a_group_together(path: Path) -> None:
    name, source = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    assert set(spelled(source)) <= NOT_MEANT.get(name, set())
    known = {
        frozenset(f"Bucket.{bucket.name}" for bucket in group): group_name
        for group_name, group in vars(groups).items()
        if isinstance(group, tuple) and group_name.isupper()
    }
    assert [known[buckets] for buckets in gathered(source) if buckets in known] == []


@pytest.mark.parametrize(
    "source",
    [
        "_SENT = ('copied', 'copied_with_remark', 'already_there')",
        "_SQL = \"bucket IN ('copied', 'refused')\"",
        "_SQL = f\"{_MORE} AND bucket = 'pending'\"",
        "ok = bucket == 'copied'",
        "ok = bucket in ('copied', 'refused')",
        "count = buckets['pending']",
        "colours = {'MATCH': 'good'}",
        "topic = 'rejection_note'",
    ],
)
def test_a_word_that_is_spelled_is_found(source: str) -> None:
    assert list(spelled(source))


def test_a_group_that_is_put_together_is_found() -> None:
    assert {"Bucket.PENDING", "Bucket.UNKNOWN"} in list(gathered("if bucket in (Bucket.UNKNOWN, Bucket.PENDING): pass"))
