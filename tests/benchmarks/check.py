"""The page Check on a manifest of a million images and 50 000 patients, in the real window, as a person feels it.

How long it takes until the tree stands there, until a patient with 200 studies is open, and how long the window is from
one tick of its loop to the next meanwhile: when the page opens, at each key in the filter, while everything is
unticked. The check before it asks DCMTK's storescp. The manifest is the one of `tree.py`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Callable

from tests.benchmarks import tree
from tests.benchmarks.tree import FIRST_PAGE, OPEN_PATIENT, verdict
from tests.peers import servers
from tests.screen import virtual_screen
from wizard.manifest.manifest import Manifest
from wizard.start import bootstrap

TICK = 10  # milliseconds
BOUND = 150  # milliseconds from tick to tick
PATIENCE = 120.0  # seconds
_STUDIES = 200  # of one patient
_BETWEEN_KEYS = 0.4  # seconds: each key is followed by its questions, and the next one comes while they are asked


def main() -> None:
    with tempfile.TemporaryDirectory() as name, virtual_screen() as environment:
        folder = Path(name)
        tree.make(folder / "m", tree.SHAPES[0], _STUDIES - 1)
        own = {f"XDG_{kind}_HOME": str(folder / "home") for kind in ("CONFIG", "DATA", "STATE")}
        with servers.storescp(folder, "--ignore", "--fork") as destination:
            with Manifest(folder / "m") as manifest:
                manifest.put(destination=asdict(destination), acknowledged=True)
            program = f"from tests.benchmarks import check; check.watch({str(folder / 'm')!r})"
            command = [sys.executable, "-c", program]
            subprocess.run(command, env={**environment, **own}, cwd=str(bootstrap.ROOT), check=True)


def watch(path: str) -> None:
    """Open the window, do what a person does, and print what was felt."""
    from wizard.ui import steps
    from wizard.ui.app import App
    from wizard.ui.check.page import CheckPage

    window = App()
    window.shared.adopt(Path(path))
    window.shared.read = True
    page = window.pages[steps.CHECK]
    assert isinstance(page, CheckPage)
    rows, field = page.tree.rows, page.nametowidget("!frame.patient_field.patient")
    last = time.perf_counter()
    longest = 0.0

    def tick() -> None:
        nonlocal last, longest
        now = time.perf_counter()
        longest = max(longest, now - last)
        last = now
        window.root.after(TICK, tick)

    def feel(what: str, act: Callable[..., object], done: Callable[..., object], bound: float | None = None) -> None:
        """Do it, wait until it is done, and print what that took."""
        nonlocal last, longest
        window.root.update()
        started = last = time.perf_counter()
        longest = 0.0
        act()
        while not done():
            assert time.perf_counter() - started < PATIENCE, what
            window.root.update()
            time.sleep(0.001)
        window.root.update()
        took = time.perf_counter() - started
        within = "" if bound is None else verdict(took * 1000, bound * 1000, "ms")
        gap = verdict(longest * 1000, BOUND, "ms")
        print(f"  {what:42} {took * 1000:7.0f} ms  {within:14}  window {longest * 1000:4.0f} ms  {gap}", flush=True)

    window.root.update()
    window.root.after(TICK, tick)
    feel("open the page, check, first page, totals", lambda: window.turn_to(steps.CHECK), lambda: _rests(page))
    page.tree.clear()
    feel("the first page once more", page._refill, rows.get_children, FIRST_PAGE)
    feel("  and its totals", lambda: None, lambda: _rests(page))
    field.focus_force()
    for key in "muster 4":
        name = "space" if key == " " else key
        end = time.perf_counter() + _BETWEEN_KEYS
        feel(
            f"key {name}",
            lambda name=name: field.event_generate("<Key>", keysym=name),
            lambda end=end: time.perf_counter() > end,
        )
    feel("  and what it finds", lambda: None, lambda: _rests(page) and not page._timer)
    page._fields._text.value.set("P0000000")
    feel("one patient by the ID", lambda: None, lambda: len(rows.get_children()) == 1 and _rests(page))

    def open_patient() -> None:
        rows.focus(rows.get_children()[0])
        rows.item(rows.focus(), open=True)
        rows.event_generate("<<TreeviewOpen>>")

    feel(
        f"open a patient of {_STUDIES} studies",
        open_patient,
        lambda: len(rows.get_children(rows.get_children()[0])) >= _STUDIES,
        OPEN_PATIENT,
    )
    page._fields._text.value.set("")
    feel("everything again", lambda: None, lambda: len(rows.get_children()) > 1 and _rests(page))
    feel("untick all", lambda: window.frame.nametowidget(_button(page, "untick_all")).invoke(), lambda: _rests(page))
    feel("tick all", lambda: window.frame.nametowidget(_button(page, "tick_all")).invoke(), lambda: _rests(page))
    window.stop_and_close()
    window.run()


def _rests(page: object) -> bool:
    """Whether nothing is being asked or counted any more, and the tree stands."""
    window = page.window  # type: ignore[attr-defined]
    chosen, timer = page._chosen, page._timer  # type: ignore[attr-defined]
    return not window.busy and not window.manifest_reader.waiting and chosen is not None and not timer


def _button(page: object, name: str) -> str:
    from tests.ui.person import all_below

    return next(str(widget) for widget in all_below(page) if widget.winfo_name() == name)  # type: ignore[arg-type]
