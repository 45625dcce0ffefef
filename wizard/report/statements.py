"""Write the sections of the report with statements: the migration, what was not done, the source, signatures.

A sentence says what this program does or what it measured, and nothing beyond that.
"""

from __future__ import annotations

import platform
from typing import Any, Iterator, Mapping, Sequence

from wizard import __version__
from wizard.manifest import audit, ledger
from wizard.manifest.manifest import Manifest
from wizard.report import figures as gathered
from wizard.report import values
from wizard.report.edition import Edition
from wizard.report.figures import Figures
from wizard.report.markup import Markup, code, element, facts, foreign, items, note, paragraphs, table, told
from wizard.report.quantities import size
from wizard.report.values import amount
from wizard.vocabulary import Bucket

#: How many readings the report lists.
READINGS_LISTED = 50
LEFT_OUT_HERE = (
    "Names, IDs, birth dates, accession numbers, descriptions and paths are left out here. “patient 12” or “file 3051” "
    "is a row of the manifest; of study dates the year is shown."
)

_STEPS = {"commitment": "storage commitment", "read_back": "reading back", "old_list": "list of the old PACS"}
_OUTCOMES = {"done": "finished", "stopped": "stopped by a person", "failed": "failed"}


def destination(manifest: Manifest) -> str:
    """Describe the new PACS: AE title, host and port, encryption, and the other PACS that answers queries, if any."""
    stored = manifest.get("destination")
    if not stored:
        return "a PACS that is not named yet"
    encrypted = ", encrypted (TLS)" if stored.get("tls") else ""  # older versions did not store it
    archive = _archive(stored["find"]) if stored.get("find") else ""
    asked = f"; asked at {archive}" if archive else ""
    return f"{_archive(stored)}{encrypted}{asked}"


def _archive(stored: Mapping[str, Any]) -> str:
    host = f"[{stored['host']}]" if ":" in stored["host"] else stored["host"]
    called_ae, address = stored["called_ae"], f"{host}:{stored['port']}"
    return f"{called_ae} at {address}"


def identification(manifest: Manifest, edition: Edition) -> Iterator[str]:
    """List the source, the destination, the program, the people, and the time of each step."""
    names = edition.names
    begun_with = manifest.get("version", __version__)
    program = f"DICOM PACS Migrator {__version__}"
    yield facts(
        [
            ("From", Markup("".join(element("div", code(names.folder(root))) for root in ledger.roots(manifest)))),
            ("To", told(destination(manifest))),
            ("Our AE title", foreign((manifest.get("destination") or {}).get("calling_ae", ""))),
            ("Program", program if begun_with == __version__ else f"{program}, begun with {begun_with}"),
            ("This report", f"written on {platform.node()} ({platform.platform()}) by the user {audit.user()}"),
            ("Operator", foreign(manifest.get("operator", ""))),
            ("Remarks", foreign(names.text(manifest.get("remarks", "")))),
            ("Manifest", code(names.file(str(manifest.path)))),
            ("SHA-256 of the manifest", code(edition.manifest_sha256) if edition.manifest_sha256 else ""),
        ]
    )
    if edition.manifest_sha256:
        when = "The sum is of the manifest as it was just before this export, which the program has noted in it since."
        yield element("p", element("small", when)) + "\n"
    yield element("h3", "When each step ran") + "\n"
    columns = (("Step", ""), ("Began", "s"), ("Ended", "s"), ("How it ended", ""))
    yield from table(columns, _runs(manifest))
    yield element("p", element("small", "Local time of this computer, with its distance to UTC.")) + "\n"


def _runs(manifest: Manifest) -> Iterator[Sequence[str]]:
    runs = gathered.runs(manifest)
    for run in runs:
        outcome = _OUTCOMES.get(run.outcome, run.outcome)
        if run.ended is None:
            this_one = run is runs[-1] and run.step == "export"
            outcome = "writes this report" if this_one else "interrupted: no end was recorded"
        yield _STEPS.get(run.step, run.step), values.moment(run.started), values.moment(run.ended), outcome


def not_done(figures: Figures) -> Iterator[str]:
    """List what this migration does not include."""
    if not figures.asked:
        yield note("The new PACS was not asked which images it has.")
    yield items(
        [
            _pixels(figures),
            "No reconciliation. Patients, orders and accession numbers were not compared with the information "
            "system of the hospital, and not corrected. The data sets were sent as they lie in the files.",
            "No corrections from the old PACS. Names changed, studies merged or deleted there are often known "
            "only to its database, and not to the files that were copied.",
            "No reports and no notes that are kept outside the image files, in the information system or in the "
            "database of the old PACS.",
            "No archive files (.zip and the like) were opened, and no links to other places were followed.",
        ]
    )
    yield "\n"


def _pixels(figures: Figures) -> str:
    if not figures.compared:
        return (
            "No pixels were compared. “Found” means that the new PACS named an image when it was asked; the "
            "image was not read back."
        )
    return (
        f"The pixels of no other images were compared than of the {amount(figures.compared, 'image')} picked at "
        "random (see “Further proof”). “Found” means that the new PACS named an image when it was asked."
    )


def source(manifest: Manifest, figures: Figures) -> Iterator[str]:
    """State what was measured of the source before, during and after the migration."""
    changed = figures.balance.buckets[Bucket.CHANGED]
    yield paragraphs(
        "This program opens the files of the source for reading only, and a guard inside it refuses "
        "attempts of its own to write, rename or delete below the source folders.",
    )
    columns = (("Read", "s"), ("Ended", "s"), ("Files counted", "n"), ("Opened", "n"))
    readings = gathered.readings(manifest)
    rows = (
        (
            values.moment(one.started),
            values.moment(one.ended) or "not read to the end",
            one.files,
            one.opened,
        )
        for one in readings[-READINGS_LISTED:]
    )
    yield from table(columns, rows)
    if len(readings) > READINGS_LISTED:
        yield note(f"The last {READINGS_LISTED} of {len(readings)} readings are listed here.")
    again = gathered.read_anew(manifest)
    listed = f"{amount(changed, 'file stands', 'files stand')} in the list as changed since the reading."
    yield paragraphs(
        f"At the last reading the files had {size(gathered.total_bytes(manifest))} in all. "
        f"{amount(again, 'file had', 'files had')} changed between two readings, and {'was' if again == 1 else 'were'} "
        "read anew.",
        " ".join((_compared(gathered.sendings(manifest)), listed)),
        "More was not measured. What other programs did to the source was not watched, and the contents of its "
        "files were not compared before and after.",
        "This report is no permission to remove anything from the old PACS.",
    )


def _compared(sent: gathered.Sendings) -> str:
    if not sent.times:
        return "No file was sent."
    return (
        "The size and the time of change of each file that was sent were compared with those noted when it was "
        f"read: before each sending ({amount(sent.files, 'file')}, {amount(sent.times, 'sending')}), and again "
        f"after each answer of the new PACS ({amount(sent.answered, 'answer')})."
    )


def files(edition: Edition) -> Iterator[str]:
    """List the files beside the report, and how to see that nobody changed them since."""
    if not edition.names.shown:
        yield note(element("b", LEFT_OUT_HERE))
    if edition.written:
        columns = (("File", "s"), ("Size", "n"), ("SHA-256", ""))
        yield from table(columns, ((one.name, size(one.bytes), code(one.sha256)) for one in edition.written))
    yield paragraphs(
        f"The SHA-256 of this report cannot stand in it; it is in {edition.names.file_name('SHA256SUMS.txt')} "
        "beside it, with that of each other file of the export, and of the manifest as it was when the export had "
        "ended."
    )


def signatures() -> Iterator[str]:
    """Write lines for the signatures of those who accept the migration."""
    yield '<section class="signatures">\n'
    for role in ("For the migration", "For radiology", "For IT"):
        yield (element("b", role) + "".join(element("span", field) for field in ("Name", "Date", "Signature")) + "\n")
    yield "</section>\n"
