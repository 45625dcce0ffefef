"""Folders that are dragged from the system's file manager and dropped on the window.

Tk alone cannot take them. tkdnd, an extension of it, can; where that does not load, folders are chosen or typed.
"""

from __future__ import annotations

import logging
import tkinter as tk
from pathlib import Path
from typing import Any, Callable, Sequence

log = logging.getLogger(__name__)


def accept(widget: tk.Misc, dropped: Callable[[Sequence[Path]], None]) -> bool:
    """Have `dropped` called with what is dropped on a widget or on anything in it; whether that is possible here.

    Whoever they were dragged from is told that they are copied, so that nothing is moved away there.
    """
    try:
        from tkinterdnd2 import COPY, DND_FILES, TkinterDnD

        TkinterDnD._require(widget.winfo_toplevel())
        target: Any = widget  # which has more methods since tkinterdnd2 was loaded
        target.drop_target_register(DND_FILES)
    except (ImportError, RuntimeError, tk.TclError) as error:
        log.info("dropping: %s", type(error).__name__)
        return False

    def on_drop(event: Any) -> str:
        dropped([Path(name) for name in target.tk.splitlist(event.data)])
        return str(COPY)

    target.dnd_bind("<<Drop>>", on_drop)
    return True
