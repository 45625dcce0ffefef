"""A text of 64 kB in a sentence, a table, a report or on a terminal takes its share of time, and not more."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.language.pseudo import outside
from tests.language.timing import LONG, PIECES, assert_linear, repeated
from tests.report.samples import Sample
from wizard.cli.terminal import Screen
from wizard.language import plainly, render
from wizard.language.json_form import as_json, from_json
from wizard.language.message import LONGEST_FOREIGN, Foreign, Message, Private, together
from wizard.reasons import Reason, earlier
from wizard.report import cells, csv_files, html, markup
from wizard.report.edition import Edition
from wizard.report.names import Names

pieces = pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)


def sentence(text: str) -> Message:
    """A sentence with the text at each place where one can stand."""
    return together(
        Message("The folder {folder} cannot be opened: {why}.", folder=Private(text), why=Foreign(text)),
        earlier(text),
        Reason("unreadable", why=Message("{text}", text=Private(text))),
        Message("{names}", names=(Private(text), text)),
    )


@pieces
@pytest.mark.parametrize("said", [render, plainly, str, Names(False).said, lambda one: from_json(as_json(one))])
def test_a_sentence(piece: str, said: Callable[[Message], object]) -> None:
    assert_linear(lambda text: said(sentence(text)), piece)


@pieces
def test_a_cell_of_a_table(piece: str) -> None:
    assert_linear(lambda text: cells.field(text), piece)
    assert_linear(lambda text: cells.field(text + "."), piece)


@pieces
def test_a_piece_of_the_report(piece: str) -> None:
    for write in (markup.escape, markup.foreign, markup.code, lambda text: markup.told(sentence(text))):
        assert_linear(write, piece)


@pieces
def test_a_line_on_the_terminal(piece: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert_linear(lambda text: Screen(quiet=False).say(sentence(text)), piece)


@pytest.mark.long
@pieces
def test_all_tables_and_the_report(piece: str, tmp_path: Path) -> None:
    numbers = itertools.count()

    def write(text: str) -> int:
        with Sample(tmp_path / f"{next(numbers)}.sqlite") as sample:
            place: dict[str, Any] = {"name": text, "patient_id": text, "study_description": text, "accession": text}
            entry = sample.image(**place)
            sample.image("damaged", reason=Reason("compressed_broken", why=Private(text)), **place)
            sample.image("unreadable", reason=earlier(text), **place)
            sample.folder(b"/archive/closed", Reason("folder_not_opened", why=Private(text)))
            sample.read()
            sample.answered(entry, 0xA900, "refused", Reason("rejected_content"), comment=text)
            sample.manifest.put(remarks=text, operator=text)
            made = [table(sample.manifest, Names(shown)) for table in TABLES for shown in (True, False)]
            return sum(map(len, itertools.chain(*made, html.report(sample.manifest, Edition()))))

    assert_linear(write, piece)


TABLES = (csv_files.ledger_csv, csv_files.studies_csv, csv_files.exceptions_csv, csv_files.audit_csv)


def test_what_others_said_is_bounded_wherever_it_stands(tmp_path: Path) -> None:
    text = repeated("x", LONG)
    assert render(Message("{why}", why=Foreign(text))) == "x" * (LONGEST_FOREIGN - 1) + "…"
    with Sample(tmp_path / "m.sqlite") as sample:
        entry = sample.image()
        sample.read()
        sample.answered(entry, 0xA900, "refused", Reason("rejected_content"), comment=text)
        for table in (csv_files.ledger_csv, csv_files.exceptions_csv):
            assert max(map(len, table(sample.manifest, Names()))) < 2 * LONGEST_FOREIGN
        longest = max("".join(html.report(sample.manifest, Edition())).splitlines(), key=len)
        assert longest.count("x") < 2 * LONGEST_FOREIGN


@pieces
def test_the_search_for_what_is_outside_of_brackets(piece: str) -> None:
    assert_linear(lambda text: outside(f"⟦a ⟧{text}⟦ b⟧", [text, "copy"]), piece)
