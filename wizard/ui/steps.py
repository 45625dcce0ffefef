"""The six pages in their order, and the parts that a page is given of another step."""

from __future__ import annotations

import tkinter as tk
from typing import Sequence

from wizard.ui.check.page import CheckPage
from wizard.ui.copy.page import CopyPage
from wizard.ui.copy.settings_panel import CopySettingsLine
from wizard.ui.discover.page import DiscoverPage
from wizard.ui.export.page import ExportPage, usual_folder
from wizard.ui.shell.page import Page, Window
from wizard.ui.source.page import SourcePage
from wizard.ui.verify.page import VerifyPage

ORDER: Sequence[type[Page]] = (DiscoverPage, SourcePage, CheckPage, CopyPage, VerifyPage, ExportPage)
DISCOVER, SOURCE, CHECK, COPY, VERIFY, EXPORT = range(len(ORDER))


def make_pages(window: Window, master: tk.Misc) -> list[Page]:
    """Make the pages in their order. Discover writes a report where Export does; Check shows the settings of Copy."""
    copy = CopyPage(window, master)
    return [
        DiscoverPage(window, master, usual_folder),
        SourcePage(window, master),
        CheckPage(window, master, CopySettingsLine, copy.rehearse),
        copy,
        VerifyPage(window, master),
        ExportPage(window, master),
    ]
