"""A file manager of the smallest kind: one window, from which the paths that it was started with can be dragged.

It prints what becomes of them: "copy", when whoever got them says that they are copied.
"""

from __future__ import annotations

import sys
import tkinter as tk
from pathlib import Path
from typing import Any

from tkinterdnd2 import DND_FILES, MOVE, TkinterDnD

PLACE = "100x60+1150+900"


def main(paths: list[str]) -> None:
    root = TkinterDnD.Tk()
    # tkdnd itself hands out file names as numbers, which nobody understands; a file manager hands them out as text
    root.tk.eval("proc ::tkdnd::xdnd::getFormatForType type { return UTF8_STRING }")
    uris = [Path(path).as_uri() for path in paths]
    root.geometry(PLACE)
    label: Any = tk.Label(root, text="drag me")  # tkinterdnd2 gives every widget more methods
    label.pack(fill="both", expand=True)
    label.drag_source_register(1, DND_FILES)
    label.dnd_bind("<<DragInitCmd>>", lambda _: ((MOVE,), (DND_FILES,), (" ".join(uris),)))
    label.dnd_bind("<<DragEndCmd>>", lambda event: print(event.action, flush=True))
    root.after(100, lambda: print("ready", flush=True))
    root.mainloop()


if __name__ == "__main__":
    main(sys.argv[1:])
