"""Every sentence of the code stands there whole, and every language has it with the same values."""

from __future__ import annotations

import ast
import string
from collections import defaultdict
from typing import Iterator

import polib
import pytest

from tests import messages
from tests.language import templates
from tests.messages import Call, fields
from wizard import reasons
from wizard.language import ENGLISH, LANGUAGES
from wizard.start.bootstrap import ROOT

#: They put messages together or read them: their templates are known elsewhere.
MAKERS = ("wizard/language/message.py:", "wizard/language/json_form.py:", "wizard/reasons/__init__.py:")

OTHERS = [name for name in LANGUAGES if name != ENGLISH]


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return [call for call in messages.calls() if not call.place.startswith(MAKERS)]


def test_the_template_of_every_message_stands_in_the_code(calls: list[Call]) -> None:
    assert len(calls) > 100
    assert [call.place for call in calls if call.texts is None or not 1 <= len(call.texts) <= 2] == []


def test_every_message_gives_a_value_for_each_name_of_its_template_and_for_no_other(calls: list[Call]) -> None:
    faults = []
    for call in calls:
        wanted = frozenset().union(*(fields(text) for text in call.texts or ()))
        if len(call.texts or ()) == 2:
            wanted |= {"n"}
        if call.values is None or call.values != wanted:
            given = "values that cannot be seen" if call.values is None else sorted(call.values)
            faults.append(f"{call.place}: {call.texts} wants {sorted(wanted)} and gets {given}")
    assert faults == []


def test_a_name_in_a_template_says_nothing_about_how_it_is_written() -> None:
    faults = [
        f"{sentence.place}: {text!r}"
        for sentence in templates.all_sentences()
        for text in (sentence.one, sentence.many)
        for _, name, form, conversion in string.Formatter().parse(text)
        if name is not None and (form or conversion or not name.isidentifier())
    ]
    assert faults == []


def test_one_template_has_one_plural() -> None:
    plurals = defaultdict(set)
    for sentence in templates.all_sentences():
        plurals[sentence.one].add((sentence.many, sentence.place))
    assert {one: found for one, found in plurals.items() if len({many for many, _ in found}) > 1} == {}


# Reasons


def reason_calls() -> Iterator[tuple[str, frozenset[str], str]]:
    """Yield the code, the values and the place of every reason whose code stands in the code."""
    for path in sorted((ROOT / "wizard").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or messages._name(node.func) != "Reason":
                continue
            values = [keyword.arg for keyword in node.keywords]
            if node.args and isinstance(node.args[0], ast.Constant) and None not in values:
                named = frozenset(value for value in values if value)
                yield str(node.args[0].value), named, f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"


def test_every_reason_has_a_code_that_is_explained_and_the_values_of_its_sentence() -> None:
    faults = []
    for code, given, place in reason_calls():
        explained = reasons.EXPLAINED.get(code)
        wanted = fields(explained.one) | fields(explained.many) if explained else frozenset()
        if explained is None or given - {"n"} != wanted - {"n"} or ("n" in given) < ("n" in wanted):
            faults.append(f"{place}: {code!r} wants {sorted(wanted)} and gets {sorted(given)}")
    assert faults == []


def test_who_needs_to_act_has_something_to_do_and_only_then() -> None:
    for code, explained in reasons.EXPLAINED.items():
        if code != reasons.EARLIER:
            assert bool(explained.who) >= bool(explained.next_step), code
            assert not explained.who or explained.who in reasons.WHO, code
            assert not fields(explained.next_step), code


# The catalogues


@pytest.mark.parametrize("name", OTHERS)
def test_every_sentence_has_a_translation_and_none_is_kept_that_is_gone(name: str) -> None:
    wanted = {(one.one, one.many): one.place for one in templates.all_sentences()}
    kept = {(one.one, one.many): one.file for one in templates.translations(name)}
    missing = [f"{place}: {key[0]!r}" for key, place in wanted.items() if key not in kept]
    gone = [f"{file}: {key[0]!r}" for key, file in kept.items() if key not in wanted]
    assert (missing, gone) == ([], [])


@pytest.mark.parametrize("name", OTHERS)
def test_every_translation_is_there_once_and_is_finished(name: str) -> None:
    found = templates.translations(name)
    assert [one.one for one in found if one.fuzzy or not all(one.texts)] == []
    texts = defaultdict(set)
    for one in found:
        texts[one.one].add((one.texts, one.file))
    assert {one: several for one, several in texts.items() if len({text for text, _ in several}) > 1} == {}
    assert len(texts) == len(found), "some are there twice, with the same text"


@pytest.mark.parametrize("name", OTHERS)
def test_every_translation_has_the_values_of_its_sentence_in_all_its_forms(name: str) -> None:
    faults = []
    for one in templates.translations(name):
        for index, text in enumerate(one.texts):
            if fields(text) != fields(one.many if one.many and index else one.one):
                faults.append(f"{one.file}: {one.one!r} → {text!r}")
    assert faults == []


@pytest.mark.parametrize("name", OTHERS)
def test_every_file_of_a_catalogue_says_how_many_forms_a_plural_has(name: str) -> None:
    for path in templates.catalogue_files(name):
        file = polib.pofile(str(path), encoding="utf-8")
        forms = {len(entry.msgstr_plural) for entry in file if entry.msgid_plural}
        assert "UTF-8" in file.metadata["Content-Type"]
        assert all(f"nplurals={number};" in file.metadata["Plural-Forms"] for number in forms), path.name
