"""Find reasons by what a person reads of them, in the language in use; the manifest holds only their codes."""

from __future__ import annotations

import string
from typing import Iterable, Iterator

from wizard.language import render
from wizard.language.message import Message, Value
from wizard.manifest.files import Told
from wizard.reasons import EARLIER, EXPLAINED, WHO, Reason, read
from wizard.ui.copy import texts


def codes_that_say(text: str) -> tuple[str, ...]:
    """Return the codes of all reasons that contain a text, in any case of its letters: in their sentence, in the words
    for who needs to act, or in the code itself.

    The values of a sentence are different for each file: `outcomes_that_say` searches them. A sentence of an earlier
    version is a value.
    """
    wanted = _comparable(text)
    return tuple(code for code in EXPLAINED if code != EARLIER and any(wanted in said for said in _said(code)))


def outcomes_that_say(text: str, told: Iterable[Told]) -> list[Told]:
    """Return those outcomes whose row in the list of files contains a text, in any case of its letters."""
    wanted = _comparable(text)
    return [one for one in told if wanted in _comparable(render(_row(one)))]


def _row(told: Told) -> Message:
    return texts.outcome(told.bucket, read(told.code, told.values))


def _said(code: str) -> Iterator[str]:
    """Yield what a person may read of a reason."""
    explained = EXPLAINED[code]
    yield _comparable(code)
    if explained.who:
        yield _comparable(render(WHO[explained.who]))
    names = {name for part in (explained.one, explained.many) for _, name, *_ in string.Formatter().parse(part) if name}
    for count in (1, 2) if explained.many else (1,):
        values: dict[str, Value] = {**dict.fromkeys(names, ""), "n": count}
        yield _comparable(render(Reason(code, **values)))


def _comparable(text: str) -> str:
    return " ".join(text.casefold().split())
