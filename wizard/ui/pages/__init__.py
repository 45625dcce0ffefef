"""The six pages, in the order of the six steps; each bears the name of its step."""

from __future__ import annotations

from typing import Sequence

from wizard.ui.pages.base import Page
from wizard.ui.pages.check import CheckPage
from wizard.ui.pages.copy import CopyPage
from wizard.ui.pages.discover import DiscoverPage
from wizard.ui.pages.export import ExportPage
from wizard.ui.pages.source import SourcePage
from wizard.ui.pages.verify import VerifyPage

ORDER: Sequence[type[Page]] = (DiscoverPage, SourcePage, CheckPage, CopyPage, VerifyPage, ExportPage)
DISCOVER, SOURCE, CHECK, COPY, VERIFY, EXPORT = range(len(ORDER))
