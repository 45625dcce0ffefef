"""The six steps in their order, each with its page, and what a page is given of another step."""

from __future__ import annotations

import tkinter as tk
from typing import Sequence

from wizard.ui.pages.base import Page, Window
from wizard.ui.pages.check import CheckPage
from wizard.ui.pages.copy import CopyPage
from wizard.ui.pages.discover import DiscoverPage
from wizard.ui.pages.export import ExportPage, usual_folder
from wizard.ui.pages.source import SourcePage
from wizard.ui.pages.verify import VerifyPage
from wizard.ui.wishes import WishesLine

ORDER: Sequence[type[Page]] = (DiscoverPage, SourcePage, CheckPage, CopyPage, VerifyPage, ExportPage)
DISCOVER, SOURCE, CHECK, COPY, VERIFY, EXPORT = range(len(ORDER))


def make_pages(window: Window, master: tk.Misc) -> list[Page]:
    """The pages, in their order. Discover writes a report where Export does; Check offers what belongs to Copy."""
    copy = CopyPage(window, master)
    return [
        DiscoverPage(window, master, usual_folder),
        SourcePage(window, master),
        CheckPage(window, master, WishesLine, copy.rehearse),
        copy,
        VerifyPage(window, master),
        ExportPage(window, master),
    ]
