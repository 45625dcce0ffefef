"""The six pages from end to end in practice mode, by real keys and by real clicks."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Callable

import pytest

from tests.ui.person import Person, cut_off, overlaps
from tests.ui.walk import by_keyboard, by_mouse, walk
from wizard.language.message import Message
from wizard.ui.export.page import ExportPage
from wizard.ui.shell import texts as shell_texts

pytestmark = pytest.mark.screen


@pytest.mark.parametrize("way", [by_keyboard, by_mouse], ids=["keyboard", "mouse"])
def test_next_and_one_copy_button_lead_from_discover_to_the_saved_report(
    open_window: Callable[..., Person],
    home: Path,
    tmp_path: Path,
    way: Callable[[Person], Callable[[Message | str], None]],
) -> None:
    person = open_window(practice=True)
    seen = []
    for page in walk(person, way(person)):
        seen.append(page)
        assert shell_texts.BADGE in person.reads()
        assert shell_texts.RIBBON in person.reads()
        picture = person.picture()
        assert picture.size == (person.window.root.winfo_width(), person.window.root.winfo_height())
        colours = picture.convert("RGB").getcolors(1 << 20)
        assert colours is not None and len(colours) > 50, f"the page {page} is blank"
        picture.save(tmp_path / f"{page}.png")
    assert [page for page in seen if page != "copy"] == ["discover", "source", "check", "verify", "export"]
    folder = person.page(ExportPage).saved
    assert folder is not None and home in folder.parents
    with open(folder / "ledger.csv", encoding="utf-8-sig", newline="") as file:
        buckets = [row["bucket"] for row in csv.DictReader(file)]
    assert buckets.count("copied") > 250
    assert {"damaged", "conflict", "held_back", "refused", "duplicate"} <= set(buckets)
    way(person)(shell_texts.CLOSE)
    person.wait(lambda: person.window.closed, "the window to close")


@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_no_word_is_cut_off_and_nothing_lies_outside_the_window(open_window: Callable[..., Person], size: str) -> None:
    person = open_window(practice=True)
    person.window.root.geometry(size)
    for page in walk(person, by_keyboard(person)):
        assert not cut_off(person), f"on the page {page}"
        assert not overlaps(person), f"on the page {page}"
