"""Columns of the tree: pulled wider or narrower by the edge of a heading, and so again at the next start."""

from __future__ import annotations

from typing import Callable

import pytest

from tests.ui.person import Person
from tests.ui.walk import by_keyboard, walk
from wizard.ui.check.page import CheckPage
from wizard.ui.shell import preferences
from wizard.ui.shell.preferences import Preferences

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]
EXACT = 2  # pixels by which the mouse may miss the middle of an edge
COLUMNS = ("#0", "0", "1", "2", "3", "4")


@pytest.fixture
def at_check(open_window: Opens) -> Callable[[], Person]:
    def open_one() -> Person:
        person = open_window(practice=True)
        next(page for page in walk(person, by_keyboard(person)) if page == "check")
        return person

    return open_one


def widths(person: Person) -> dict[str, int]:
    rows = person.find("tree")
    return {name: rows.column(name, "width") for name in COLUMNS}


def pull(person: Person, name: str, pixels: int) -> None:
    """Take the right edge of a column's heading, and pull it to the right by so many pixels."""
    rows, now = person.find("tree"), widths(person)
    edge = 1 + sum(now[one] for one in COLUMNS[: COLUMNS.index(name) + 1])
    person.drag(rows, (edge, 10), (edge + pixels, 10))
    person.settle()


def fills(person: Person) -> bool:
    """Whether the columns take all of the list's width and no more."""
    return abs(sum(widths(person).values()) - int(person.find("tree").winfo_width())) <= 8


def test_a_column_that_was_pulled_stays_so_and_is_kept_for_the_next_start(at_check: Callable[[], Person]) -> None:
    person = at_check()
    before = widths(person)
    pull(person, "1", 40)
    after = widths(person)
    grown = after["1"] - before["1"]
    assert abs(grown - 40) <= EXACT and after["#0"] == before["#0"] - grown
    assert {name: after[name] for name in "0234"} == {name: before[name] for name in "0234"}
    assert fills(person)
    person.window.root.geometry("900x600")
    person.settle()
    assert widths(person)["1"] == after["1"] and fills(person)
    person.window.close()
    person.wait(lambda: person.window.closed, "the window to close")
    kept = preferences.load().tree_columns
    assert kept == {name: person.window.theme.usual(after[name]) for name in "01234"}


@pytest.mark.parametrize("text_size", [100, 125])
def test_columns_are_as_wide_as_they_were_pulled_before(at_check: Callable[[], Person], text_size: int) -> None:
    chosen = {"0": 90, "1": 70, "2": 50, "3": 80, "4": 40}
    preferences.save(Preferences(text_size, tree_columns=chosen))
    person = at_check()
    px = person.window.theme.px
    assert {name: widths(person)[name] for name in chosen} == {name: px(width) for name, width in chosen.items()}
    person.wait(lambda: fills(person), "the columns to take the whole width")


def test_the_name_takes_the_room_of_its_neighbour(at_check: Callable[[], Person]) -> None:
    person = at_check()
    before = widths(person)
    pull(person, "#0", 30)
    after = widths(person)
    grown = after["#0"] - before["#0"]
    assert abs(grown - 30) <= EXACT and after["0"] == before["0"] - grown
    assert fills(person)


def test_no_column_is_pulled_out_of_sight(at_check: Callable[[], Person]) -> None:
    person = at_check()
    pull(person, "3", 600)
    assert widths(person)["#0"] >= 100 and fills(person)
    pull(person, "2", -100)
    assert widths(person)["2"] == person.window.theme.px(30) and fills(person)


def test_pulling_sorts_nothing_and_ticks_nothing(at_check: Callable[[], Person]) -> None:
    person = at_check()
    order, button = person.page(CheckPage).tree.order, person.window.frame.forward.cget("text")
    pull(person, "1", 25)
    assert (person.page(CheckPage).tree.order, person.window.frame.forward.cget("text")) == (order, button)


def test_where_there_is_no_room_for_them_the_columns_are_as_usual(at_check: Callable[[], Person]) -> None:
    preferences.save(Preferences(tree_columns={"0": 900, "nonsense": 5}))
    person = at_check()
    assert widths(person)["0"] < 200 and fills(person)


@pytest.mark.parametrize("wrong", [{"0": -5}, {"0": "wide"}, [1, 2], "wide"])
def test_widths_that_are_none_are_no_preferences(wrong: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        Preferences(tree_columns=wrong)  # type: ignore[arg-type]
