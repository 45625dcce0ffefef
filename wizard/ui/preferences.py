"""What a person prefers of the window, and where it was: kept between two starts."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from typing import Mapping

from wizard import settings
from wizard.errors import UsageError
from wizard.language import LANGUAGES
from wizard.ui.palette import PALETTES

log = logging.getLogger(__name__)

TEXT_SIZES = (90, 100, 125, 150)
_FILE = "preferences.json"


@dataclass(frozen=True)
class Preferences:
    """`text_size` in percent, one of `TEXT_SIZES`; `colours` a key of `PALETTES`; `place` is the size and place of the
    window as Tk writes them ("1040x700+20+30"), "" for none yet; `language` is a key of `LANGUAGES`, "" for that of the
    computer; `tree_columns` are the widths of those columns of the tree that were pulled, by name, in pixels of a 96
    dpi screen."""

    text_size: int = 100
    colours: str = "light"
    place: str = ""
    language: str = ""
    tree_columns: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = self.language in ("", *LANGUAGES) and self.text_size in TEXT_SIZES and self.colours in PALETTES
        if not known or not isinstance(self.place, str):
            raise ValueError("no preferences")
        if not all(isinstance(width, int) and width > 0 for width in dict(self.tree_columns).values()):
            raise ValueError("no widths")


def load() -> Preferences:
    """Those that were saved; the usual ones where there are none, or none that can be read."""
    try:
        return Preferences(**json.loads((settings.data_folder() / _FILE).read_text("utf-8")))
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, TypeError, UsageError) as error:  # not worth a word to the person
        log.warning("preferences: %s", type(error).__name__)
        return Preferences()


def save(preferences: Preferences) -> None:
    """Keep them.

    Raises
    ------
    UsageError
        They cannot be written.
    """
    path = settings.data_folder() / _FILE
    try:
        settings.write(path, asdict(preferences))
    except OSError as error:
        raise UsageError(f"{path} cannot be written. Check that you may write there.", str(error)) from error
