"""Lists that are filled again and again: what is selected, where one has scrolled to, and what it costs."""

from __future__ import annotations

from tkinter import ttk
from typing import Any, Callable

import pytest

from tests.ui.person import Person, row_words
from wizard.ui.widgets.lists import Listing
from wizard.ui.widgets.widths import Column

pytestmark = pytest.mark.screen


@pytest.fixture
def listing(open_window: Callable[..., Person]) -> Listing:
    """A list of a hundred rows, scrolled down, with one selected."""
    person = open_window()
    person.settle()
    one = Listing(
        person.window.frame.body, person.window.theme, "sample", [Column("a", "A", 100), Column("b", "B", 100)]
    )
    one.place(x=0, y=0, width=300, height=200)
    fill(one, range(100))
    person.window.root.update()
    one.choose("50")
    person.window.root.update()
    return one


def fill(listing: Listing, numbers: Any, word: str = "row") -> None:
    listing.fill([(number, word) for number in numbers], keys=[str(number) for number in numbers])


def test_filled_with_other_rows_it_keeps_the_selection_and_the_place(listing: Listing) -> None:
    place = listing.rows.yview()[0]
    assert place > 0
    fill(listing, range(101))
    listing.rows.update()
    assert listing.chosen == "50"
    assert abs(listing.rows.yview()[0] - place) < 0.02
    assert len(listing.rows.get_children()) == 101


def test_a_selected_row_that_is_gone_is_no_longer_selected(listing: Listing) -> None:
    fill(listing, range(50))
    assert listing.chosen == ""


def test_filled_with_the_same_rows_it_changes_only_their_words(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    monkeypatch.setattr(ttk.Treeview, "insert", lambda *_, **__: made.append(1))
    fill(listing, range(100), "word")
    assert not made
    assert row_words(listing.rows, "7") == "7 word"
    assert listing.chosen == "50"
