"""The list of reasons is that of the vocabulary: complete, and up to date."""

from __future__ import annotations

import ast
import re
from typing import Iterator

import pytest

from tests import reasons
from wizard.language.message import Foreign, Message, Private
from wizard.reasons import (
    EXPLAINED,
    Reason,
    copy_reasons,
    earlier,
    read,
    remarks_as_json,
    remarks_from_json,
    source_reasons,
    verify_reasons,
)
from wizard.start.bootstrap import ROOT
from wizard.vocabulary import Bucket, Grade, ReadBack


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


# Codes in the code. That `Reason("code", …)` names one that is explained, with its values, is held by the tests of the
# language.

#: Where the code of a reason does not stand in the call, and where it comes from.
ELSEWHERE = {
    "wizard/dicom/comparison.py": "one of two codes, which stand above",
    "wizard/dicom/status.py": "the tables of statuses and of results of a negotiation",
    "wizard/engine/check/findings.py": "the results of a negotiation",
    "wizard/engine/verify/read_back.py": "the codes of its own calls",
    "wizard/reasons/__init__.py": "the manifest, or an earlier version",
    "wizard/report/figures.py": "the manifest",
    "wizard/ui/copy/reason_search.py": "every code there is",
}
#: Functions of these modules that make a reason of the code they are given.
MAKERS = {"_explained": ("wizard/dicom/status.py", "wizard/engine/verify/read_back.py")}


def modules() -> Iterator[tuple[str, str]]:
    """Yield the path of each module below the project, and its text."""
    for path in sorted((ROOT / "wizard").rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def calls(text: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def constants(node: ast.expr) -> list[str]:
    """The texts that an expression can have: its own, or both of a choice; nothing if they do not stand there."""
    if isinstance(node, ast.IfExp):
        return constants(node.body) + constants(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def test_a_code_that_does_not_stand_in_the_call_comes_from_a_known_place() -> None:
    found = {
        path
        for path, text in modules()
        for call in calls(text)
        if name_of(call.func) == "Reason" and not constants(call.args[0])
    }
    assert found == set(ELSEWHERE)


@pytest.mark.parametrize(("maker", "paths"), MAKERS.items())
def test_a_function_that_makes_reasons_is_given_codes_without_values(maker: str, paths: tuple[str, ...]) -> None:
    texts = dict(modules())
    codes = [
        code
        for path in paths
        for call in calls(texts[path])
        if name_of(call.func) == maker
        for code in constants(call.args[0]) or ["no code"]
    ]
    assert len(codes) > 20
    assert [code for code in codes if code not in EXPLAINED or "{" in EXPLAINED[code].one] == []


def in_sql(text: str) -> list[tuple[str, str]]:
    """The outcome that a statement stores and the code that it stores with it, wherever both stand in it."""
    return [
        *re.findall(r"bucket = '{(Bucket\.\w+)}', reason_code = '(\w+)'", text),
        *re.findall(r"INSERT INTO sample VALUES \(\?, \?, '{(ReadBack\.\w+)}', '(\w+)'", text),
    ]


def test_a_code_in_a_statement_is_explained_and_explains_the_outcome_that_the_statement_stores() -> None:
    found = [pair for _, text in modules() for pair in in_sql(text)]
    assert {code for _, code in found} == {"found_before", "program_ended", "gone", "not_read_back_yet"}
    for word, code in found:
        kind, _, member = word.partition(".")
        assert EXPLAINED[code].outcome is {"Bucket": Bucket, "ReadBack": ReadBack}[kind][member], code
        assert "{" not in EXPLAINED[code].one, "there are no values"


def test_no_statement_compares_or_stores_another_code() -> None:
    texts = [text for path, text in modules() if path.startswith("wizard/manifest/")]
    texts += [path.read_text("utf-8") for path in (ROOT / "wizard" / "manifest").glob("*.sql")]
    named = {code for text in texts for code in re.findall(r"_code (?:=|<>|IN) \(?'(\w+)'", text)}
    assert named == {"found_before", "program_ended", "gone"}


def test_why_an_image_is_left_out_is_said_by_codes_of_the_ledger() -> None:
    schema = (ROOT / "wizard" / "manifest" / "schema.sql").read_text("utf-8")
    (codes,) = re.findall(r"AS chosen,(.*?)AS final_code", schema, re.DOTALL)
    assert re.findall(r"THEN '(\w+)'", codes) == ["outside_filter", "unticked", "by_decision"]
    for code in ("outside_filter", "unticked", "by_decision"):
        assert EXPLAINED[code].outcome is Bucket.LEFT_OUT
        assert "{" not in EXPLAINED[code].one, "the ledger gives no values"


def test_where_an_outcome_stands_beside_a_reason_the_reason_explains_it() -> None:
    found = set()
    for path, text in modules():
        for call in calls(text):
            words: list[str] = [
                {"Bucket": Bucket, "ReadBack": ReadBack}[name_of(one.value)][one.attr]
                for one in call.args
                if isinstance(one, ast.Attribute) and name_of(one.value) in ("Bucket", "ReadBack")
            ]
            codes = [
                code
                for one in call.args
                if isinstance(one, ast.Call) and name_of(one.func) == "Reason"
                for code in constants(one.args[0])
            ]
            for code in codes if words else ():
                found.add(code)
                assert EXPLAINED[code].outcome is words[0], f"{path}:{call.lineno}"
    assert found >= {"changed", "changed_while_sent"}


def test_reading_and_copying_explain_buckets_and_verifying_grades_and_what_was_read_back() -> None:
    for code, one in {**source_reasons.EXPLAINED, **copy_reasons.EXPLAINED}.items():
        assert isinstance(one.outcome, Bucket), code
    for code, one in verify_reasons.EXPLAINED.items():
        assert isinstance(one.outcome, (Grade, ReadBack)), code


# In the manifest

REASONS = [
    Reason("gone"),
    Reason("cut_off", there=900, missing=1100),
    Reason("unreadable", why=Foreign("Permission denied")),
    Reason("no_uid", missing=("SOP Instance UID", "Study Instance UID")),
    Reason("unusual_uid", name="SOP Class UID", how=(Message("an empty component"),)),
    Reason("being_written", found=Reason("cut_off", there=900, missing=1100)),
    earlier("said {no}", "it"),
]


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_a_reason_is_read_as_it_was_stored(reason: Reason) -> None:
    found = read(*reason.stored)
    assert found == reason and found is not None
    assert (found.code, found.values, found.who, str(found)) == (reason.code, reason.values, reason.who, str(reason))
    assert remarks_from_json(remarks_as_json([reason, reason])) == (reason, reason)
    for name, value in reason.values.items():
        assert type(found.values[name]) is type(value)


def test_a_reason_inside_another_is_stored_by_its_code() -> None:
    _, values = REASONS[5].stored
    assert values == '{"found": {"reason": "cut_off", "values": {"there": 900, "missing": 1100}}}'


def test_two_codes_with_the_same_words_are_two_reasons() -> None:
    assert str(Reason("changed")) == str(Reason("file_changed"))
    assert Reason("changed") != Reason("file_changed")
    assert Reason("changed") == Reason("changed") != Message(EXPLAINED["changed"].one)
    assert len({Reason("changed"), Reason("file_changed"), Reason("changed")}) == 2


def test_a_reason_of_a_newer_version_is_said_by_its_code() -> None:
    found = read("invented_later", '{"n": 3}')
    assert found is not None
    assert (found.code, found.who, str(found), str(found.next_step)) == ("invented_later", "", "invented_later", "")


def test_the_sentence_of_an_earlier_version_is_private_and_whole() -> None:
    sentence = "x" * 5000
    reason = earlier(sentence, "you")
    assert str(read(*reason.stored)) == sentence
    assert isinstance(reason.values["sentence"], Private)
    assert (reason.who, read("", "")) == ("you", None)
