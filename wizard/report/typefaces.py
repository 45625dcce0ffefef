"""Choose the typefaces of the PDF: the program's own, and those of this computer for other alphabets.

DejaVu Sans Condensed has Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian, Georgian and more. For Chinese, Japanese,
Korean, Thai, the scripts of India and others the well-known typefaces of Windows, macOS and Linux are looked for by the
names of their files. Characters that no typeface has are reported, and drawn as `MARK`.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path
from typing import Iterator, NamedTuple, Sequence

from fontTools.ttLib import TTFont, TTLibError

from wizard.language.message import Message

HERE = Path(__file__).with_name("fonts")
REGULAR, BOLD = HERE / "DejaVuSansCondensed.ttf", HERE / "DejaVuSansCondensed-Bold.ttf"
MARK = "▯"
_CODES = 20  # characters that are named

#: File names in the order of the search; typefaces with outlines that every viewer can draw come first.
CANDIDATES = (
    *("malgun.ttf", "msgothic.ttc", "yugothm.ttc", "msyh.ttc", "msyh.ttf", "simsun.ttc", "msjh.ttc", "gulim.ttc"),
    *("leelawui.ttf", "leelawad.ttf", "tahoma.ttf", "nirmala.ttf", "nirmala.ttc", "mangal.ttf", "latha.ttf"),
    *("segoeui.ttf", "seguisym.ttf", "arial unicode.ttf", "arialuni.ttf", "applesdgothicneo.ttc"),
    *("nanumgothic.ttf", "unbatang.ttf", "baekmuk-gulim.ttf", "takaopgothic.ttf", "ipagp.ttf", "ipaexg.ttf"),
    *("vl-pgothic-regular.ttf", "droidsansfallbackfull.ttf", "droidsansfallback.ttf", "wqy-zenhei.ttc"),
    *("wqy-microhei.ttc", "notosansthai-regular.ttf", "loma.ttf", "garuda.ttf", "notosansdevanagari-regular.ttf"),
    *("lohit-devanagari.ttf", "notosansbengali-regular.ttf", "notosanstamil-regular.ttf", "notosanstelugu-regular.ttf"),
    *("notosansgujarati-regular.ttf", "notosansgurmukhi-regular.ttf", "notosanskannada-regular.ttf"),
    *("notosansmalayalam-regular.ttf", "notosanssinhala-regular.ttf", "notosanskhmer-regular.ttf"),
    *("notosansmyanmar-regular.ttf", "notosansethiopic-regular.ttf", "notosanslao-regular.ttf", "freesans.ttf"),
    *("hiragino sans gb.ttc", "pingfang.ttc", "notosanscjk-regular.ttc", "notosanscjkjp-regular.otf", "unifont.ttf"),
)


class Chosen(NamedTuple):
    """The typefaces in addition to the program's own, and the characters that no typeface has."""

    files: Sequence[Path]
    missing: Sequence[str]


def choose(characters: set[str]) -> Chosen:
    """Choose typefaces that can draw all of these characters, as far as this computer has them."""
    missing = {one for one in characters if ord(one) >= 0x20} - _drawn_by(REGULAR)
    files = []
    if missing:
        installed = _installed()
        for name in CANDIDATES:
            drawn = _drawn_by(installed[name]) & missing if missing and name in installed else set()
            if drawn:
                files.append(installed[name])
                missing -= drawn
    return Chosen(files, sorted(one for one in missing if not _invisible(one)))


def not_displayed(missing: Sequence[str]) -> Message:
    """Say which characters the PDF does not show."""
    count, codes = len(missing), tuple(f"U+{ord(one):04X}" for one in missing[:_CODES])
    if count > len(codes):
        return Message(
            "{n} characters could not be displayed because this computer has no font for them; “{mark}” is shown "
            "instead. The first of them: {codes}. The HTML file contains the full text.",
            n=count,
            mark=MARK,
            codes=codes,
        )
    return Message(
        "{n} character could not be displayed because this computer has no font for it ({codes}); “{mark}” is shown "
        "instead. The HTML file contains the full text.",
        "{n} characters could not be displayed because this computer has no font for them ({codes}); “{mark}” is "
        "shown instead. The HTML file contains the full text.",
        n=count,
        mark=MARK,
        codes=codes,
    )


def _invisible(character: str) -> bool:
    """Whether a character has no shape of its own and only changes how its neighbours are drawn."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


def _drawn_by(path: Path) -> set[str]:
    try:
        with TTFont(str(path), fontNumber=0, lazy=True) as font:
            return set(map(chr, font.getBestCmap() or {}))
    except (OSError, TTLibError):  # an unreadable typeface can draw nothing
        return set()


def _installed() -> dict[str, Path]:
    """Find the candidates on this computer, by the name of the file in small letters."""
    found: dict[str, Path] = {}
    for folder in _folders():
        for where, _, files in os.walk(folder):
            found.update({name.lower(): Path(where, name) for name in files if name.lower() in CANDIDATES})
    return found


def _folders() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts")
        yield Path(os.environ.get("LOCALAPPDATA", home), "Microsoft", "Windows", "Fonts")
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts")
    else:
        yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local" / "share" / "fonts")
