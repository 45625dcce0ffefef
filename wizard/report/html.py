"""Write the report as one self-contained HTML file: without scripts, loading nothing, made to be printed and signed.

The module has its head and the order of its sections. Each sentence says something that was measured.
"""

from __future__ import annotations

import time
from typing import Iterator

from wizard import language
from wizard.language.message import Message
from wizard.manifest.manifest import Manifest
from wizard.manifest.practice import is_practice
from wizard.report import breakdown, choices, counts, not_dicom, proofs, sameness, statements, values
from wizard.report import figures as gathered
from wizard.report.edition import Edition
from wizard.report.figures import Figures
from wizard.report.markup import element, escape, note, paragraphs, told
from wizard.report.names import Names
from wizard.report.style import CSS
from wizard.report.verdict import BAD, GOOD, OPEN, verdict

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_SIGNS = {GOOD: "✓", OPEN: "!", BAD: "✕"}


def report(manifest: Manifest, edition: Edition) -> Iterator[str]:
    """Yield the whole document, piece by piece."""
    figures, names = gathered.gather(manifest), edition.names
    sections = (
        (Message("This migration"), statements.identification(manifest, edition)),
        (Message("Outcome of every file"), counts.balance(manifest, figures, names)),
        (Message("By modality and by year"), breakdown.by_kind_and_year(manifest)),
        (Message("Speed over time"), breakdown.speed_over_time(manifest)),
        (Message("Studies"), counts.studies(manifest, figures, names)),
        (Message("Additional checks"), proofs.section(manifest, names)),
        (Message("Open items"), counts.exceptions(manifest, figures, names)),
        (Message("Warnings and changes by the new PACS"), counts.remarks(manifest, names)),
        (Message("Duplicates and UID conflicts"), sameness.files(manifest, figures, names)),
        (Message("Patients with unclear IDs"), sameness.patients(manifest, names)),
        (Message("Filter, settings and decisions"), choices.section(manifest, names)),
        (Message("Files that are not DICOM"), not_dicom.section(manifest, figures, names)),
        (Message("Not part of this migration"), statements.not_done(figures)),
        (Message("The source folders, before and after"), statements.source(manifest, figures)),
        (Message("Files in this export"), statements.files(edition)),
        (Message("Signatures"), statements.signatures()),
    )
    yield from _head(manifest, figures, names)
    for position, (title, content) in enumerate(sections, start=1):
        yield element("h2", element("span", str(position)), title) + "\n"
        yield from content
    yield "</body>\n</html>\n"


def _head(manifest: Manifest, figures: Figures, names: Names) -> Iterator[str]:
    destination, practice = statements.destination(manifest), is_practice(manifest)
    heading = Message("Practice migration report") if practice else Message("Migration report")
    written = Message("To {pacs} · created {time}", pacs=destination, time=values.moment(time.time()))
    yield f"""<!DOCTYPE html>
<html lang="{language.now()}">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>{escape(_title(destination, practice))}</title>
<style>{CSS}</style>
</head>
<body>
<header>
<p class="product">DICOM PACS Migrator</p>
<h1>{escape(heading)}</h1>
<p>{told(written)}</p>
</header>
"""
    if practice:
        yield note(
            element(
                "b",
                Message(
                    "This was practice, with fictitious images or with the practice PACS. This report proves nothing "
                    "about a real migration."
                ),
            )
        )
    if not names.shown:
        yield note(statements.LEFT_OUT_HERE)
    judged = verdict(figures)
    headline = element("h2", f"{_SIGNS[judged.mark]} ", judged.headline, css=judged.mark)
    yield f'<section class="verdict {judged.mark}">\n{headline}\n{paragraphs(*judged.sentences)}\n</section>\n'
    summary = figures.summary
    tiles = (
        (summary.expected, Message("images to copy")),
        (summary.confirmed, Message("confirmed by the new PACS")),
        (summary.missing, Message("not found there")),
        (summary.not_checked, Message("not checked")),
    )
    yield '<section class="tiles">'
    yield "".join(element("div", element("b", count), element("span", title)) for count, title in tiles)
    yield "</section>\n"


def _title(destination: Message, practice: bool) -> Message:
    """Name the document; the PDF has it at the bottom of each page."""
    if practice:
        return Message("Practice only, proves nothing – migration report: {pacs}", pacs=destination)
    return Message("Migration report: {pacs}", pacs=destination)
