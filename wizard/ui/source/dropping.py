"""Accept folders that a person drags from the system's file manager and drops on the window.

Tk alone cannot take them. tkdnd, an extension of it, can; where that does not load, folders are chosen or typed.
"""

from __future__ import annotations

import logging
import tkinter as tk
from pathlib import Path
from typing import Any, Callable, Sequence

log = logging.getLogger(__name__)


def accept(widget: tk.Misc, dropped: Callable[[Sequence[Path]], None]) -> bool:
    """Call `dropped` with the folders that are dropped on a widget or on anything in it.

    Returns whether this computer supports that. The program they come from is told that they are copied, so that it
    moves nothing away.
    """
    try:
        from tkinterdnd2 import COPY, DND_FILES, TkinterDnD

        TkinterDnD._require(widget.winfo_toplevel())
        target: Any = widget  # tkinterdnd2 gives widgets more methods
        target.drop_target_register(DND_FILES)
    except (ImportError, RuntimeError, tk.TclError) as error:
        log.info("dropping: %s", type(error).__name__)
        return False

    def on_drop(event: Any) -> str:
        dropped([Path(name) for name in target.tk.splitlist(event.data)])
        return str(COPY)

    target.dnd_bind("<<Drop>>", on_drop)
    return True
