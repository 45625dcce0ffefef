"""The window as a whole: closing it while a job runs, and unexpected exceptions."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from typing import Callable

import pytest

from tests.ui.conftest import Mishaps
from tests.ui.person import Person, refusal
from wizard.dicom.destination import Destination
from wizard.engine.events import Events
from wizard.engine.job import Control
from wizard.ui.shell import texts as shell_texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]
NO_HOST = refusal(lambda: Destination("", 104, "X"))


def start_endless(person: Person) -> None:
    person.window.start("copy", lambda control, events: control.wait(3600), person.window.page)


def test_the_window_is_up_before_any_dicom_library_is_loaded(project: object) -> None:
    program = (
        "import sys\n"
        "from wizard.ui.app import App\n"
        "window = App()\n"
        "window.root.update_idletasks()\n"
        "print(sorted(name for name in ('pydicom', 'pynetdicom', 'fpdf') if name in sys.modules))\n"
        "window.close()\n"
        "while not window.closed: window.root.tk.dooneevent(0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=str(project), capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_closing_asks_while_a_job_runs_and_keep_going_keeps_it(open_window: Opens) -> None:
    person = open_window()
    person.settle()
    start_endless(person)
    person.window.close()
    person.wait(lambda: shell_texts.close_while("copy") in person.reads(), "the question")
    person.press("Tab", "space")
    person.wait(lambda: shell_texts.close_while("copy") not in person.reads(), "the question to go away")
    assert person.window.busy
    assert not person.window.closed


def test_stop_and_close_ends_the_job_before_the_window_goes(open_window: Opens) -> None:
    person = open_window()
    person.settle()
    start_endless(person)
    job = person.window.job
    person.window.close()
    person.wait(lambda: shell_texts.STOP_AND_CLOSE in person.reads(), "the question")
    person.press("space")
    person.wait(lambda: person.window.closed, "the window to close")
    assert job is not None and not job.running
    names = {thread.name for thread in threading.enumerate()}
    assert not {"manifest-reader", "closing", "job-copy"} & names


def test_an_error_in_a_callback_is_shown_with_details_and_the_window_lives(
    open_window: Opens, mishaps: Mishaps
) -> None:
    person = open_window()
    person.settle()
    person.window.root.after(0, lambda: 1 / 0)
    person.wait(lambda: shell_texts.CRASHED in person.reads(), "the sentence")
    assert "ZeroDivisionError" not in person.reads()
    mishaps.seen.clear()
    person.click("forward")
    person.wait(lambda: NO_HOST in person.reads(), "the window to go on working")


def test_an_error_in_a_thread_is_shown_too(open_window: Opens, mishaps: Mishaps) -> None:
    person = open_window()
    person.settle()
    threading.Thread(target=lambda: 1 / 0).start()
    person.wait(lambda: shell_texts.CRASHED in person.reads(), "the sentence")
    mishaps.seen.clear()


def test_a_bug_in_a_job_is_told_in_place(open_window: Opens, mishaps: Mishaps) -> None:
    person = open_window()
    person.settle()

    def work(control: Control, events: Events) -> None:
        raise KeyError("Muster^Anna")

    person.window.start("discover", work, person.window.page)
    person.wait(lambda: "An error occurred in this program" in person.reads(), "the sentence")
    assert all("Muster" not in line for line in mishaps.seen)
    mishaps.seen.clear()


def test_busy_workers_hand_over_to_the_window_often_enough(open_window: Opens) -> None:
    open_window()
    assert sys.getswitchinterval() <= 0.001


def test_ctrl_c_in_the_terminal_closes_the_window(open_window: Opens) -> None:
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # what a terminal starts in the background has none
    try:
        person = open_window()
        person.settle()
        person.window.root.after(50, lambda: signal.raise_signal(signal.SIGINT))
        assert person.window.run() == 0
        assert person.window.closed
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_job_that_ends_before_its_page_is_drawn_leaves_the_focus_on_the_committing_button(open_window: Opens) -> None:
    person = open_window()
    person.settle()
    window = person.window
    for _ in range(3):
        window.page.grid_remove()
        window.root.update()
        window.page.grid()
        window.start("discover", lambda control, events: [], window.page)
        person.job.join()
        window._deliver_events()
        person.settle()
        person.press("Shift_L")  # whatever the X server has to say of the page has been heard after this
        assert person.focus() == "forward"


def test_space_presses_a_button(open_window: Opens) -> None:
    person = open_window()
    person.settle()
    person.find("test").focus_set()
    person.press("space")
    person.wait(lambda: NO_HOST in person.reads(), "the button to be pressed")
