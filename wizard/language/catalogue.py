"""Read the sentences of one language from its gettext catalogue (locale/*.po), with the catalogue's plural rules."""

from __future__ import annotations

import gettext
import io
from pathlib import Path


def read(path: Path) -> gettext.NullTranslations:
    """Return the translations of a catalogue. What is not translated stays English."""
    import polib  # English does not need it

    return gettext.GNUTranslations(io.BytesIO(polib.pofile(str(path), encoding="utf-8").to_binary()))
