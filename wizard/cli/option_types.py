"""Read the values of options; argparse names the option in the message of an error."""

from __future__ import annotations

import argparse
import datetime
import math
from typing import Sequence

from wizard.language import plainly
from wizard.language.message import Message, Private

_FORMATS = ("html", "pdf", "csv", "xml", "support")


def formats(text: str) -> Sequence[str]:
    chosen = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not chosen or not set(chosen).issubset(_FORMATS):
        raise _wrong(Message("“{text}” is not a list of: {known}", text=Private(text), known=_FORMATS))
    return chosen


def modalities(text: str) -> Sequence[str]:
    return tuple(part.strip().upper() for part in text.split(",") if part.strip())


def decision(text: str) -> tuple[str, str]:
    from wizard.manifest import decisions

    topic, _, action = text.partition("=")
    chosen = topic.strip().replace("-", "_"), action.strip().replace("-", "_")
    decisions.validate(*chosen)
    return chosen


def day(text: str) -> str:
    for form in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.datetime.strptime(text, form).strftime("%Y%m%d")
        except ValueError:
            continue
    raise _wrong(Message("“{text}” is not a date; enter for example 2019-12-31", text=Private(text)))


def associations(text: str) -> int:
    if text == "auto":
        return 0
    if not text.isdecimal() or not 1 <= int(text) <= 16:
        raise _wrong(Message("“{text}” is not a number from 1 to 16, nor auto", text=Private(text)))
    return int(text)


def count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise _wrong(Message("“{text}” is not a number of images; enter for example 20", text=Private(text)))
    return int(text)


def ports(text: str) -> Sequence[int]:
    return tuple(port(part.strip()) for part in text.split(",") if part.strip())


def port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise _wrong(Message("“{text}” is not a number from 1 to 65535", text=Private(text)))
    return int(text)


def speed(text: str) -> float:
    try:
        megabytes = float(text.replace(",", "."))
    except ValueError:
        megabytes = 0.0
    if not 0 < megabytes < math.inf:
        raise _wrong(Message("“{text}” is not a speed in MB/s; enter for example 5 or 2.5", text=Private(text)))
    return megabytes


def hours(text: str) -> str:
    from wizard.engine.copy.hours import Hours

    return str(Hours.parse(text))


def _wrong(message: Message) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(plainly(message))
