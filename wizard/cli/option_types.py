"""Read the values of options; argparse names the option in the message of an error."""

from __future__ import annotations

import argparse
import datetime
import math
from typing import Sequence


def formats(text: str) -> Sequence[str]:
    chosen = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    unknown = [part for part in chosen if part not in ("csv", "xml", "support", "html", "pdf")]
    if unknown or not chosen:
        raise argparse.ArgumentTypeError(f"“{text}” is no list of html, pdf, csv, xml and support")
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
    raise argparse.ArgumentTypeError(f"“{text}” is no date like 2019-12-31")


def associations(text: str) -> int:
    if text == "auto":
        return 0
    if not text.isdecimal() or not 1 <= int(text) <= 16:
        raise argparse.ArgumentTypeError("a number from 1 to 16, or auto")
    return int(text)


def count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"“{text}” is no number of images like 20")
    return int(text)


def ports(text: str) -> Sequence[int]:
    return tuple(port(part.strip()) for part in text.split(",") if part.strip())


def port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a number from 1 to 65535")
    return int(text)


def speed(text: str) -> float:
    try:
        megabytes = float(text.replace(",", "."))
    except ValueError:
        megabytes = 0.0
    if not 0 < megabytes < math.inf:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of megabytes a second like 5 or 2.5")
    return megabytes


def hours(text: str) -> str:
    from wizard.engine.copy.hours import Hours

    return str(Hours.parse(text))
