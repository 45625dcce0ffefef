"""The report as one self-contained HTML file: no script, nothing loaded, made to be printed and signed.

This file is its cover and the order of its sections. A sentence says what was measured, or it is not here.
"""

from __future__ import annotations

import time
from typing import Iterator

from wizard.manifest.manifest import Manifest
from wizard.report import figures as ask
from wizard.report import lists, proofs, statements, words
from wizard.report.figures import Figures
from wizard.report.markup import element, escape, foreign, paragraphs
from wizard.report.style import CSS
from wizard.report.verdict import BAD, GOOD, OPEN, verdict

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_SIGNS = {GOOD: "✓", OPEN: "!", BAD: "✕"}


def report(manifest: Manifest) -> Iterator[str]:
    """The whole document, piece by piece."""
    figures = ask.gather(manifest)
    sections = (
        ("This migration", statements.identification(manifest)),
        ("Where every file ended up", lists.balance(manifest, figures)),
        ("The studies", lists.studies(manifest, figures)),
        ("Further proof", proofs.section(manifest)),
        ("Exceptions", lists.exceptions(manifest, figures)),
        ("What the new PACS remarked", lists.remarks(manifest)),
        ("What is not DICOM", lists.not_dicom(manifest)),
        ("What was not done", statements.not_done(figures)),
        ("The source", statements.source(manifest, figures)),
        ("Signatures", statements.signatures()),
    )
    yield from _head(manifest, figures)
    for position, (title, content) in enumerate(sections, start=1):
        yield element("h2", element("span", str(position)), title) + "\n"
        yield from content
    yield "</body>\n</html>\n"


def _head(manifest: Manifest, figures: Figures) -> Iterator[str]:
    destination = statements.destination(manifest)
    yield f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>Migration report: {escape(destination)}</title>
<style>{CSS}</style>
</head>
<body>
<header>
<p class="product">DICOM PACS Migrator</p>
<h1>Migration report</h1>
<p>To {foreign(destination)} · written {words.moment(time.time())}</p>
</header>
"""
    judged = verdict(figures)
    headline = element("h2", f"{_SIGNS[judged.mark]} {judged.headline}", css=judged.mark)
    yield f'<section class="verdict {judged.mark}">\n{headline}\n{paragraphs(*judged.sentences)}\n</section>\n'
    summary = figures.summary
    tiles = (
        (summary.expected, "images to copy"),
        (summary.confirmed, "confirmed by the new PACS"),
        (summary.missing, "missing there"),
        (summary.not_checked, "not checked"),
    )
    yield '<section class="tiles">'
    yield "".join(element("div", element("b", count), element("span", title)) for count, title in tiles)
    yield "</section>\n"
