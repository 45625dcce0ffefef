"""Write the report as one self-contained HTML file: without scripts, loading nothing, made to be printed and signed.

The module has its head and the order of its sections. Each sentence says something that was measured.
"""

from __future__ import annotations

import time
from typing import Iterator

from wizard import language
from wizard.manifest.manifest import Manifest
from wizard.report import breakdown, choices, counts, proofs, sameness, statements, values
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
        ("This migration", statements.identification(manifest, edition)),
        ("Where every file ended up", counts.balance(manifest, figures, names)),
        ("By kind of image and by year", breakdown.by_kind_and_year(manifest)),
        ("Speed over time", breakdown.speed_over_time(manifest)),
        ("The studies", counts.studies(manifest, figures, names)),
        ("Further proof", proofs.section(manifest, names)),
        ("Exceptions", counts.exceptions(manifest, figures, names)),
        ("What the new PACS remarked or changed", counts.remarks(manifest, names)),
        ("The same image twice", sameness.files(manifest, figures, names)),
        ("Patients whose identity is in doubt", sameness.patients(manifest, names)),
        ("Filter, settings and decisions", choices.section(manifest, names)),
        ("What is not DICOM", counts.not_dicom(manifest, names)),
        ("What was not done", statements.not_done(figures)),
        ("The source, before and after", statements.source(manifest, figures)),
        ("The files of this export", statements.files(edition)),
        ("Signatures", statements.signatures()),
    )
    yield from _head(manifest, figures, names)
    for position, (title, content) in enumerate(sections, start=1):
        yield element("h2", element("span", str(position)), title) + "\n"
        yield from content
    yield "</body>\n</html>\n"


def _head(manifest: Manifest, figures: Figures, names: Names) -> Iterator[str]:
    destination, title = statements.destination(manifest), escape("Migration report")
    yield f"""<!DOCTYPE html>
<html lang="{language.now()}">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>{title}: {escape(destination)}</title>
<style>{CSS}</style>
</head>
<body>
<header>
<p class="product">DICOM PACS Migrator</p>
<h1>{title}</h1>
<p>{escape("To")} {told(destination)} · {escape("written")} {values.moment(time.time())}</p>
</header>
"""
    if not names.shown:
        yield note(statements.LEFT_OUT_HERE)
    judged = verdict(figures)
    headline = element("h2", f"{_SIGNS[judged.mark]} ", judged.headline, css=judged.mark)
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
