"""The list of reasons, written from the vocabulary:

    python3 -m tests.reasons

brings `docs/reasons.md` up to date. What stands above the mark in that file is written by hand and kept; what stands
below is made here. A test holds that it is complete and not out of date.
"""

from __future__ import annotations

import sys
from typing import Iterator, Mapping

from wizard.start import bootstrap
from wizard.start.bootstrap import ROOT

DOCUMENT = ROOT / "docs" / "reasons.md"
MARK = "<!-- All below is written by `python3 -m tests.reasons` from wizard/reasons. Change the reasons, not this. -->"


def text() -> str:
    """The whole document: what is written by hand, the mark, and the tables."""
    by_hand, mark, _ = DOCUMENT.read_text(encoding="utf-8").partition(MARK)
    assert mark, f"{DOCUMENT} has lost its mark"
    return by_hand + MARK + "\n" + "\n".join(tables()) + "\n"


def tables() -> Iterator[str]:
    """Its lines: a table for each step that gives reasons."""
    from wizard.reasons import copy_reasons, source_reasons, verify_reasons

    for heading, module in (("Source", source_reasons), ("Copy", copy_reasons), ("Verify", verify_reasons)):
        yield from (
            "",
            f"## {heading}",
            "",
            "| code | outcome | action by | sentence | next step |",
            "|---|---|---|---|---|",
        )
        yield from rows(module.EXPLAINED)


def rows(explained: Mapping[str, object]) -> Iterator[str]:
    """One line for each reason; of a sentence with a singular and a plural, both."""
    from wizard import reasons
    from wizard.reasons import WHO

    for code in explained:
        one = reasons.EXPLAINED[code]
        said = f"{one.one} / {one.many}" if one.many and one.many != one.one else one.one
        who = str(WHO[one.who]) if one.who else ""
        cells = (f"`{code}`", f"`{one.outcome}`", who, said, one.next_step)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> int:
    bootstrap.prepare("tests.reasons", [])
    DOCUMENT.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
