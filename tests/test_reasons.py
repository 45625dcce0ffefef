"""The list of reasons is that of the vocabulary: complete, and up to date."""

from __future__ import annotations

import re

from tests import reasons
from wizard.reasons import EXPLAINED


def test_the_document_is_up_to_date() -> None:
    written = reasons.DOCUMENT.read_text(encoding="utf-8")
    assert written == reasons.text(), "python3 -m tests.reasons brings it up to date"


def test_every_code_is_listed_once_with_its_sentence() -> None:
    lines = [line for line in reasons.tables() if line.startswith("| `")]
    assert sorted(re.findall(r"^\| `(\w+)`", "\n".join(lines), re.MULTILINE)) == sorted(EXPLAINED)
    for line in lines:
        code, outcome, who, sentence, next_step = (cell.strip() for cell in line.strip("|").split(" | "))
        assert outcome.strip("`") and sentence
        assert bool(next_step) <= bool(who), f"{code}: a next step belongs to somebody"


def test_the_words_are_english_whatever_language_is_in_use() -> None:
    from wizard import language

    before = list(reasons.tables())
    language.use("de")
    try:
        assert list(reasons.tables()) == before
    finally:
        language.use(language.ENGLISH)
