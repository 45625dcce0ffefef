"""Questions are answered in order, the last one of a topic wins, and a bug in one does not stop the others."""

from __future__ import annotations

import threading
from typing import Iterator

import pytest

from wizard.errors import ManifestError, WizardError
from wizard.language.message import Message
from wizard.ui.shell.manifest_reader import ManifestReader


@pytest.fixture
def questions() -> Iterator[ManifestReader]:
    one = ManifestReader()
    yield one
    one.close()
    one.join()


class Listener:
    """Takes the answers, as the window does."""

    def __init__(self, questions: ManifestReader) -> None:
        self.manifest_reader = questions
        self.heard: list[object] = []
        self.errors: list[WizardError] = []

    def ask(self, ask: object, topic: str = "") -> None:
        self.manifest_reader.ask(ask, self.heard.append, self.errors.append, topic)  # type: ignore[arg-type]

    def wait(self) -> None:
        while self.manifest_reader.waiting:
            self.manifest_reader.deliver()


def test_answers_come_in_the_order_of_the_questions(questions: ManifestReader) -> None:
    listener = Listener(questions)
    for number in range(20):
        listener.ask(lambda number=number: number)
    listener.wait()
    assert listener.heard == list(range(20))


def test_of_one_topic_only_the_last_question_counts(questions: ManifestReader) -> None:
    listener, begun, gate = Listener(questions), threading.Event(), threading.Event()
    asked: list[int] = []

    def first() -> int:
        begun.set()
        gate.wait()
        return 1

    listener.ask(first, "filter")
    begun.wait()
    listener.ask(lambda: asked.append(2), "filter")
    listener.ask(lambda: 3, "filter")
    listener.ask(lambda: "tick")
    gate.set()
    listener.wait()
    assert listener.heard == [3, "tick"]
    assert asked == [], "a question that was superseded before its turn was asked all the same"


def test_what_was_asked_of_another_manifest_is_not_answered(questions: ManifestReader) -> None:
    listener = Listener(questions)
    listener.ask(lambda: "old")
    questions.forget()
    listener.ask(lambda: "new")
    listener.wait()
    assert listener.heard == ["new"]


def test_a_failure_goes_to_the_one_who_asked(questions: ManifestReader) -> None:
    listener = Listener(questions)

    def full() -> None:
        raise ManifestError(Message("The disk that holds the manifest is full."))

    listener.ask(full)
    listener.wait()
    assert [str(error.sentence) for error in listener.errors] == ["The disk that holds the manifest is full."]


def test_a_bug_is_told_without_its_message_and_later_questions_are_answered(questions: ManifestReader) -> None:
    listener = Listener(questions)

    def bug() -> None:
        raise KeyError("Muster^Anna")

    listener.ask(bug)
    listener.ask(lambda: "still there")
    listener.wait()
    assert listener.heard == ["still there"]
    assert "KeyError" in listener.errors[0].details
    assert "Muster" not in listener.errors[0].details + str(listener.errors[0].sentence)
