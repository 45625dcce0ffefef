"""Messages and their values as JSON, for the manifest.

A mark is an object with its name ({"private": "…"}). A message of a vocabulary is written by its code, so that it is
said in the words of today however old the manifest is; any other is written with its template.
"""

from __future__ import annotations

import json
from typing import Any, Callable, Iterator, Mapping

from wizard.language.message import Day, Duration, Foreign, Message, Private, Size, Value

_vocabulary: list[Callable[[str, Mapping[str, Value]], Message]] = []


def use_vocabulary(make: Callable[[str, Mapping[str, Value]], Message]) -> None:
    """Let `make` make the messages that stand under a code, from the code and the values."""
    _vocabulary[:] = [make]


def as_json(message: Message) -> str:
    """Write a message so that `from_json` makes the same one again."""
    return _dumped(_plain(message))


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


def words(text: str) -> str:
    """Return the values in what `values_as_json` wrote, without the names of values and marks: for a search.

    Of a message inside them its own values count, because its template is not in the person's language.
    """
    return "\n".join(_words(_loaded(text))) if text else ""


def _words(plain: Any) -> Iterator[str]:
    if isinstance(plain, dict):
        inside = plain.get("values")
        for value in inside.values() if isinstance(inside, dict) else plain.values():
            yield from _words(value)
    elif isinstance(plain, list):
        for value in plain:
            yield from _words(value)
    else:
        yield str(plain)


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
        if value.code:
            return {"reason": value.code, "values": {name: _plain(one) for name, one in value.values.items()}}
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
    if "reason" in plain:
        if not _vocabulary:
            raise ValueError("no vocabulary")
        return _vocabulary[0](str(plain["reason"]), _values(plain.get("values")))
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
