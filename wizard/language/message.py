"""A sentence as a template and its values, which are put together only where somebody reads it.

A value is data: it is never translated and never altered. A value that is a message is rendered in turn. A count is
written with the separators of the language; what only looks like a number, such as a port or a version, is a text.

Two marks say where a text comes from. `Private` may identify a patient, a person or a place on this computer: a name,
an ID, a path, something typed. `Foreign` was written by somebody else: a PACS, the operating system, a library; it may
quote anything. A report without names leaves out both, wherever they are inside.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Mapping, Tuple, Union

#: The most characters of a foreign text that are kept; more is for nobody to read.
LONGEST_FOREIGN = 1024


class Private(str):
    """A text that may identify a patient, a person or a place on this computer."""


class Foreign(str):
    """A text that a PACS, the operating system or a library wrote; the rest of a very long one is cut off."""

    def __new__(cls, text: str) -> Foreign:
        whole = str(text)
        return super().__new__(cls, whole if len(whole) <= LONGEST_FOREIGN else whole[: LONGEST_FOREIGN - 1] + "…")


class Size(float):
    """A number of bytes, written in decimal units: "4.6 GB"."""


class Duration(float):
    """A number of seconds, written as "1 h 05 min 10 s"."""


class Day(str):
    """A date as the standard writes it, YYYYMMDD (PS3.5 6.2, DA)."""


Value = Union[str, int, float, "Message", Tuple["Value", ...]]
"""What may be put into a sentence. The parts of a tuple are listed with commas between them."""


@dataclass(frozen=True, init=False)
class Message:
    """A sentence, or a few words, in English with names in braces for its values.

    Parameters
    ----------
    one : str
        The template. If `many` is given as well, `one` is the singular.
    many : str
        The plural. The value `n` decides which of the two is used; a language may have more forms.
    values
        The values by name.
    """

    one: str
    many: str = ""
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def __init__(self, one: str, many: str = "", /, **values: Value) -> None:
        object.__setattr__(self, "one", one)
        object.__setattr__(self, "many", many)
        object.__setattr__(self, "values", values)

    def __str__(self) -> str:
        """The sentence in English, whatever language is in use: for logs, the manifest and programs."""
        from wizard.language import in_english

        return in_english(self)

    def __bool__(self) -> bool:
        return bool(self.one)

    def as_json(self) -> str:
        """Write the message so that `from_json` makes the same one again."""
        return _dumped(_plain(self))


NOTHING = Message("")
"""No sentence at all."""


def together(*messages: Message) -> Message:
    """Put whole sentences one after the other."""
    said = [message for message in messages if message]
    if len(said) < 2:
        return said[0] if said else NOTHING
    values = {f"sentence{number}": message for number, message in enumerate(said, start=1)}
    return Message(" ".join(f"{{{name}}}" for name in values), **values)


def from_json(text: str) -> Message:
    """Make the message of which `as_json` gave this text.

    Raises
    ------
    ValueError
        It is no such text.
    """
    found = _value(_loaded(text))
    if not isinstance(found, Message):
        raise ValueError("no message")
    return found


def values_as_json(values: Mapping[str, Value]) -> str:
    """Write values for the manifest; "" for none."""
    return _dumped({name: _plain(value) for name, value in values.items()}) if values else ""


def values_from_json(text: str) -> dict[str, Value]:
    """Read what `values_as_json` wrote.

    Raises
    ------
    ValueError
        It is no such text.
    """
    return _values(_loaded(text)) if text else {}


def _dumped(plain: Any) -> str:
    """Write JSON to be read by people too; what is no Unicode, such as a byte of a file name on Linux, is escaped."""
    text = json.dumps(plain, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(plain)
    return text


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


_TEXTS: dict[str, type[str]] = {"private": Private, "foreign": Foreign, "day": Day}
_NUMBERS: dict[str, type[float]] = {"bytes": Size, "seconds": Duration}
_NAMES: dict[type, str] = {kind: name for name, kind in (*_TEXTS.items(), *_NUMBERS.items())}


def _plain(value: Value) -> Any:
    """Return a value as JSON has it; a marked one is an object with the name of its mark."""
    if isinstance(value, Message):
        plain = {"message": value.one, "values": {name: _plain(one) for name, one in value.values.items()}}
        return {**plain, "many": value.many} if value.many else plain
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    name = _NAMES.get(type(value))
    base = float(value) if isinstance(value, float) else str(value) if isinstance(value, str) else int(value)
    return {name: base} if name else base


def _value(plain: Any) -> Value:
    if isinstance(plain, list):
        return tuple(_value(part) for part in plain)
    if isinstance(plain, (str, int, float)):
        return plain
    if not isinstance(plain, dict):
        raise ValueError("no value")
    if "message" in plain:
        one, many = plain["message"], plain.get("many", "")
        if not isinstance(one, str) or not isinstance(many, str):
            raise ValueError("no template")
        return Message(one, many, **_values(plain.get("values")))
    name, base = next(iter(plain.items()), ("", None))
    if name in _TEXTS and isinstance(base, str):
        return _TEXTS[name](base)
    if name in _NUMBERS and isinstance(base, (int, float)):
        return _NUMBERS[name](base)
    raise ValueError(f"no mark {name}")


def _values(plain: Any) -> dict[str, Value]:
    if not isinstance(plain, dict):
        raise ValueError("no values")
    return {name: _value(value) for name, value in plain.items()}
