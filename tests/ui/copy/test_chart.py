"""The chart of the speed: its points, its labels, and its drawing."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from tests.ui.person import Person
from wizard.language.message import Message
from wizard.ui.copy import texts as copy_texts
from wizard.ui.copy.chart import MOST, Chart, Trace, round_above, time_marks
from wizard.ui.widgets.palette import LIGHT

MB = 1_000_000


def rates(trace: Trace) -> list[float]:
    return [round(rate / MB, 3) for _, rate in trace.rates]


def test_an_even_speed_is_an_even_line() -> None:
    trace = Trace()
    for tenth in range(0, 101):
        trace.add(tenth / 10, tenth * MB)
    assert rates(trace) == [10.0] * 10
    assert trace.seconds == 10


def test_a_large_file_is_spread_over_the_time_it_took() -> None:
    trace = Trace()
    trace.add(0, 0)
    for second in range(1, 8):
        trace.add(second, 0)
    trace.add(8, 200 * MB)
    assert rates(trace) == [25.0] * 8


def test_a_pause_is_a_stretch_of_nothing() -> None:
    trace = Trace()
    for second in range(4):
        trace.add(second, second * 5 * MB)
    for second in range(4, 8):
        trace.add(second, 15 * MB, idle=True)
    trace.add(9, 25 * MB)
    assert rates(trace) == [5.0, 5.0, 5.0, 0.0, 0.0, 0.0, 0.0, 5.0, 5.0]


def test_what_earlier_runs_had_sent_is_no_speed_of_this_one() -> None:
    trace = Trace()
    trace.add(1, 900 * MB)
    trace.add(2, 901 * MB)
    assert rates(trace) == [0.0, 1.0]


def test_a_week_takes_no_more_memory_than_minutes_and_loses_no_byte() -> None:
    trace = Trace()
    for minute in range(7 * 24 * 60):
        trace.add(minute * 60, minute * 60 * MB)
    assert MOST / 2 <= len(trace.rates) <= MOST
    assert set(rates(trace)) == {1.0}
    assert sum(trace._points) == pytest.approx(trace.seconds * MB)


@pytest.mark.parametrize(
    ("value", "above"),
    [(0, 1), (0.3, 0.5), (1, 1), (1.2, 2), (62, 100), (480, 500), (501, 1000), (0.1 + 0.2 - 0.1, 0.2)],
)
def test_the_speed_axis_ends_at_a_round_number(value: float, above: float) -> None:
    assert round_above(value) == pytest.approx(above)


@pytest.mark.parametrize("span", [10, 11, 29, 59, 61, 100, 600, 3599, 5000, 40_000, 86_400, 700_000])
def test_the_time_axis_has_one_to_three_round_labels(span: int) -> None:
    marks = time_marks(span)
    assert 1 <= len(marks) <= 3
    assert len({text for _, text in marks}) == len(marks)
    assert all(0 < at <= span for at, _ in marks)


def test_times_are_said_in_the_unit_that_fits() -> None:
    words = [[text.replace("\u00a0", " ") for _, text in time_marks(span)] for span in (12, 100, 9000)]
    assert words == [["5 s", "10 s"], ["30 s", "60 s", "90 s"], ["1 h", "2 h"]]


@pytest.mark.screen
@pytest.mark.parametrize("size", [(216, 90), (600, 300)])
def test_it_is_drawn_inside_its_room_and_says_the_same_in_words(
    open_window: Callable[..., Person], size: tuple[int, int]
) -> None:
    person = open_window()
    person.settle()
    one = Chart(person.window.frame.body, person.window.theme, "speed")
    one.place(x=0, y=0, width=size[0], height=size[1])
    trace = Trace()
    for second in range(30):
        trace.add(second, second * second * MB)
    one.show(trace, Message("Speed: 59 MB/s"))
    person.window.root.update()
    assert "Speed: 59 MB/s" in person.reads()
    canvas: Any = one._canvas  # tkinter's types do not know what its items are
    left, top, right, bottom = canvas.bbox("all")
    assert left >= 0 and top >= 0
    assert right <= canvas.winfo_width() + 1 and bottom <= canvas.winfo_height() + 1
    drawn = {canvas.itemcget(item, "text") for item in canvas.find_withtag("mark") if canvas.type(item) == "text"}
    assert {"0", "50\u00a0MB/s", "100\u00a0MB/s", "10\u00a0s", "20\u00a0s"} <= drawn
    picture = person.picture().convert("RGB")
    x, y = canvas.winfo_rootx(), canvas.winfo_rooty()
    area = picture.crop((x, y, x + canvas.winfo_width(), y + canvas.winfo_height()))
    colours = {colour for _, colour in area.getcolors(1 << 20) or []}
    for wanted in (LIGHT.primary, LIGHT.selection, LIGHT.border):
        assert tuple(int(wanted[at : at + 2], 16) for at in (1, 3, 5)) in colours


@pytest.mark.screen
def test_without_a_speed_there_are_the_axes_and_a_sentence(open_window: Callable[..., Person]) -> None:
    person = open_window()
    person.settle()
    one = Chart(person.window.frame.body, person.window.theme, "speed")
    one.place(x=0, y=0, width=300, height=120)
    person.window.root.update()
    assert copy_texts.NO_SPEED in person.reads()
