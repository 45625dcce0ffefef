"""The groups of words, and the words that the tables allow."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from wizard.manifest import buckets as groups
from wizard.manifest import decisions, ledger, manifest, proof
from wizard.manifest.buckets import ARRIVED, EXCEPTIONS, PROBLEMS, SENDABLE, SETTLED, STORED, sql_list
from wizard.vocabulary import Action, Bucket, Grade, ReadBack, Topic

SCHEMA = Path(manifest.__file__).with_name("schema.sql").read_text("utf-8")
GROUPS = [name for name, group in vars(groups).items() if name.isupper() and isinstance(group, tuple)]


def allowed(table: str, column: str) -> list[str]:
    """The words that the CHECK of a column allows."""
    (definition,) = re.findall(rf"CREATE TABLE IF NOT EXISTS {table} \((.*?)\n\)", SCHEMA, re.DOTALL)
    (listed,) = re.findall(rf"CHECK \({column} IN \((.*?)\)\)", definition, re.DOTALL)
    return re.findall(r"'(\w+)'", listed)


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [("entry", "bucket", STORED), ("decision", "action", Action), ("sample", "result", ReadBack)],
)
def test_a_table_allows_exactly_the_words_there_are(table: str, column: str, words: list[str]) -> None:
    assert sorted(allowed(table, column)) == sorted(words)


def test_no_check_of_a_word_was_forgotten_here() -> None:
    assert re.findall(r"CHECK \((\w+) IN", SCHEMA) == ["bucket", "action", "result"]


def test_what_is_asked_about_by_nobody_has_the_weakest_grade() -> None:
    assert re.findall(r"grade\s+TEXT NOT NULL DEFAULT '(\w)'", SCHEMA) == [Grade.E] == [max(Grade)]


def test_what_the_ledger_makes_of_an_entry_is_a_bucket() -> None:
    (view,) = re.findall(r"CREATE VIEW ledger AS\n(.*)", SCHEMA, re.DOTALL)
    final_bucket, _, rest = view.partition(" AS final_bucket")
    assert re.findall(r"THEN '(\w+)'", final_bucket) == [Bucket.LEFT_OUT]
    assert set(re.findall(r"bucket = '(\w+)'", final_bucket + rest)) == {Bucket.PENDING}


def test_every_word_has_its_meaning() -> None:
    assert list(ledger.BUCKETS) == list(Bucket)
    assert list(proof.GRADES) == list(Grade)
    assert set(ledger.FINDINGS) | set(decisions.RULES) | {Topic.YOUNG} == set(Topic)


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_names_each_of_its_buckets_once(name: str) -> None:
    group = vars(groups)[name]
    assert len(set(group)) == len(group) > 0
    assert all(isinstance(bucket, Bucket) for bucket in group)


def test_how_the_groups_hang_together() -> None:
    assert set(SETTLED) | set(EXCEPTIONS) == set(Bucket) and not set(SETTLED) & set(EXCEPTIONS)
    assert EXCEPTIONS[0] is Bucket.PENDING
    assert set(ARRIVED) < set(SENDABLE) and not set(PROBLEMS) & set(SENDABLE)


def test_sql_takes_a_group_as_its_list() -> None:
    assert sql_list(ARRIVED) == "('copied', 'copied_with_remark', 'already_there')"
    assert sql_list([Bucket.INDEX]) == "('index')"
    with sqlite3.connect(":memory:") as db:
        found = [db.execute(f"SELECT ? IN {sql_list(EXCEPTIONS)}", (bucket,)).fetchone()[0] for bucket in Bucket]
    db.close()
    assert found == [bucket in EXCEPTIONS for bucket in Bucket]
