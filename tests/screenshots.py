"""`python -m tests.screenshots FOLDER`: walk through the practice migration and take the README's six pictures.

A virtual screen is started unless DISPLAY names one. The same walk is a test (`tests/ui/test_walk.py`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Sequence

from tests.screen import virtual_screen
from wizard.start import bootstrap

PAGES = ("discover", "source", "check", "copy", "verify", "export")
COLOURS = 128  # enough for text with smooth edges, and a third of the size


def main(arguments: Sequence[str]) -> int:
    bootstrap.prepare("tests.screenshots", arguments, extra="dev")
    if len(arguments) != 1:
        print("Name one folder for the pictures.", file=sys.stderr)
        return 2
    if os.environ.get("DISPLAY"):
        take_pictures(Path(arguments[0]), dict(os.environ))
    else:
        with virtual_screen() as environment:
            take_pictures(Path(arguments[0]), environment)
    return 0


def take_pictures(folder: Path, environment: dict[str, str]) -> None:
    """Let a program of its own walk: the one that protects a source cannot clear it away afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="clinic-") as home:
        own = {"HOME": home, **{f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "STATE")}}
        program = f"from tests import screenshots; screenshots.walk_and_save({str(folder.resolve())!r})"
        subprocess.run([sys.executable, "-c", program], env={**environment, **own}, cwd=str(bootstrap.ROOT), check=True)


def walk_and_save(folder: str) -> None:
    """Open the window, walk, and save a picture of each page under its number and name."""
    from PIL import Image

    from tests.ui.person import Person
    from tests.ui.walk import by_keyboard, walk
    from wizard.ui.app import App
    from wizard.ui.discover import texts as discover_texts

    person = Person(App(practice=True))
    person.settle()
    person.click("test")
    person.wait(lambda: discover_texts.CONNECTED in person.reads(), "the connection test")
    person.move_mouse_away()
    for page in walk(person, by_keyboard(person)):
        picture = person.picture().convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        picture.save(Path(folder) / f"{PAGES.index(page) + 1}-{page}.png", optimize=True)
        print(f"{page}: {picture.width} x {picture.height}")
    person.window.close()
    person.wait(lambda: person.window.closed, "the window to close")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
