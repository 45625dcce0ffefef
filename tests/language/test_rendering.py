"""Whatever stands in a sentence: it is said in every language, and what stands in it stays as it is."""

from __future__ import annotations

import json
import sqlite3
from typing import Iterator

import pytest
from hypothesis import example, given

from tests.language.messages_of import MESSAGES, TEXTS, VALUES, deep, leaves, made, replaced, shown, types
from tests.language.templates import all_sentences, counts, filled
from wizard import language, reasons
from wizard.language import LANGUAGES, plainly, render
from wizard.language.json_form import as_json, from_json, values_as_json, values_from_json
from wizard.language.message import (
    LONGEST_FOREIGN,
    Day,
    Foreign,
    Message,
    Private,
    Value,
    together,
)

#: Each is a fault somewhere: a field that was filled twice, a number of Python's, a name of a type.
NASTY = ("{x}", "{0}", "{", "}}", "%s", "%(n)d", "\u200fא\u202e", "/mnt/Meier, copy", "10.5", "a\nb", "\0", "Copied.")


@pytest.fixture(scope="module", params=LANGUAGES, autouse=True)
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(request.param)
    yield str(request.param)
    language.use(language.ENGLISH)


@given(message=MESSAGES)
def test_every_value_of_any_message_stands_in_it_as_it_is(message: Message) -> None:
    text = render(message)
    for value in leaves(message):
        if isinstance(value, str) and not isinstance(value, Day):
            assert value in text
        elif type(value) is int:
            assert language.number(value) in text
            assert f"{value:,}" in str(message)


@pytest.mark.parametrize("nasty", NASTY)
def test_every_sentence_of_the_program_takes_any_text(nasty: str) -> None:
    for sentence in all_sentences():
        for count in counts(sentence):
            message = made(sentence, lambda _: Message("{inside}", inside=Foreign(nasty)), count)
            text = render(message)
            places = len(shown(message) - ({"n"} if sentence.many else frozenset()))
            assert text.count(nasty) >= places, sentence.place
            assert str(message).count(nasty) >= places, sentence.place


def test_every_reason_is_said_with_the_values_of_its_sentence() -> None:
    for sentence in all_sentences():
        if sentence.place.startswith("reason "):
            code = sentence.place.split()[1]
            if reasons.EXPLAINED[code].one == sentence.one:
                values = filled(sentence).values
                reason = reasons.Reason(code, **values)
                again = reasons.read(*reason.stored)
                assert again is not None and again.stored == reason.stored and str(again) == str(reason)
                assert render(reason) == render(filled(sentence)) != ""
                assert render(reason.next_step) != "" or not reason.who


@given(message=MESSAGES)
@example(message=deep(20, Foreign("x" * LONGEST_FOREIGN)))
def test_json_there_and_back_is_the_same_message(message: Message) -> None:
    again = from_json(as_json(message))
    assert again == message and types(again) == types(message) and str(again) == str(message)
    assert from_json(json.dumps(json.loads(as_json(message)))) == message
    assert values_from_json(values_as_json(message.values)) == dict(message.values)


@given(text=TEXTS)
@example(text="\udcff")  # a byte of a file name on Linux that is no Unicode
@example(text="\ud83d")
def test_what_the_manifest_stores_can_be_stored(text: str) -> None:
    stored = values_as_json({"path": Private(text), "why": (Foreign(text), Message("{a}", a=text))})
    with sqlite3.connect(":memory:") as db:
        (read,) = db.execute("SELECT ?", (stored,)).fetchone()
    assert values_from_json(read)["path"] == text


@given(message=MESSAGES)
def test_private_and_foreign_texts_are_hidden_however_deep_and_nothing_else_is(message: Message) -> None:
    seen: list[str] = []

    def hide(text: str) -> str:
        seen.append(text)
        return "\u2588"

    def hidden(value: Value) -> Value:
        return "\u2588" if isinstance(value, (Private, Foreign)) else value

    without = replaced(message, hidden)
    assert isinstance(without, Message)
    assert render(message, hide) == render(without)
    assert all(isinstance(text, (Private, Foreign)) for text in seen)
    assert plainly(message, hide) == plainly(without)


@given(value=VALUES)
def test_sentences_that_are_put_together_are_said_one_after_the_other(value: Value) -> None:
    one, other = Message("It is {value}.", value=value), Message("Stopped. You can continue later.")
    assert render(together(one, Message(""), other)) == f"{render(one)} {render(other)}"
    assert together(one) == one and not together(Message(""))


def test_a_foreign_text_is_cut_off_once() -> None:
    long = Foreign("x" * 65_536)
    assert len(long) == LONGEST_FOREIGN and long.endswith("…") and Foreign(long) == long
    assert len(Private("x" * 65_536)) == 65_536, "a path is never cut off"


@pytest.mark.parametrize("text", ["", "[]", "3", '"a"', "null", '{"message": 3}', '{"unknown": "a"}', "{", '{"a": 1}'])
def test_what_is_no_message_is_not_read_as_one(text: str) -> None:
    with pytest.raises(ValueError):
        from_json(text)


def test_a_reason_of_a_newer_version_is_said_by_its_code() -> None:
    reason = reasons.read("not_known_yet", values_as_json({"a": Private("b")}))
    assert reason is not None and render(reason) == "not_known_yet"
    assert (reason.who, str(reason.next_step)) == ("", "")


def test_a_sentence_of_an_earlier_version_is_shown_as_it_is() -> None:
    reason = reasons.earlier("The folder {x} is gone. 10.5 %s", "you")
    assert render(reason) == "The folder {x} is gone. 10.5 %s" and reason.who == "you"
    assert reasons.read(*reason.stored) == reason
