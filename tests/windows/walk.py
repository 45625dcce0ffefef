"""`python -m tests.windows.walk FOLDER`, run by the Windows Python: through all six pages, with a picture of each.

There is no xdotool on Windows: the committing button is told that it was pressed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import ImageGrab

from tests.ui.person import Person
from tests.ui.walk import walk
from wizard.language import render
from wizard.language.message import Message
from wizard.ui.app import App


def main(folder: Path) -> int:
    person = Person(App(practice=True))

    def press(label: Message | str) -> None:
        person.wait(lambda: render(label) in str(person.window.frame.forward.cget("text")), f"the button {label}")
        person.window.frame.forward.invoke()

    person.settle()
    for page in walk(person, press):
        root = person.window.root
        root.update()
        x, y = root.winfo_rootx(), root.winfo_rooty()
        ImageGrab.grab((x, y, x + root.winfo_width(), y + root.winfo_height())).save(folder / f"windows-{page}.png")
        print(page, flush=True)
    person.window.close()
    person.wait(lambda: person.window.closed, "the window to close")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
