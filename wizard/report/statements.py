"""Write the sections of the report with statements: the migration, what was not done, the source, signatures.

A sentence says what this program does or what it measured, and nothing beyond that.
"""

from __future__ import annotations

import platform
from typing import Any, Iterator, Mapping, Sequence

from wizard import __version__
from wizard.language.message import Message, Private, Size
from wizard.manifest import audit, ledger
from wizard.manifest.manifest import Manifest
from wizard.report import figures as gathered
from wizard.report import names as shown
from wizard.report import values
from wizard.report.edition import Edition
from wizard.report.figures import Figures
from wizard.report.markup import Content, Markup, code, element, facts, foreign, items, note, paragraphs, table, told
from wizard.report.words import STEPS
from wizard.vocabulary import Bucket

#: How many readings the report lists.
READINGS_LISTED = 50
LEFT_OUT_HERE = Message(
    "Names, IDs, birth dates, accession numbers, descriptions, comments and paths are omitted. “{patient}” and "
    "“{file}” refer to rows of the migration record; of each study date only the year is shown.",
    patient=shown.patient_row(12),
    file=shown.file_row(3051),
)

_LONGEST_REMARK = 10_000
_OUTCOMES = {"done": Message("finished"), "stopped": Message("stopped by a person"), "failed": Message("failed")}


def destination(manifest: Manifest) -> Message:
    """Describe the new PACS that the manifest names."""
    stored = manifest.get("destination")
    return pacs(stored) if stored else Message("a PACS that is not specified yet")


def pacs(stored: Mapping[str, Any]) -> Message:
    """Describe a PACS: AE title, host and port, encryption, and the other PACS that answers queries, if any."""
    if stored.get("find"):
        if stored.get("tls"):  # older versions did not store it
            return Message(
                "{pacs}, encrypted (TLS); queries go to {other}", pacs=_pacs(stored), other=_pacs(stored["find"])
            )
        return Message("{pacs}; queries go to {other}", pacs=_pacs(stored), other=_pacs(stored["find"]))
    return Message("{pacs}, encrypted (TLS)", pacs=_pacs(stored)) if stored.get("tls") else _pacs(stored)


def _pacs(stored: Mapping[str, Any]) -> Message:
    host = f"[{stored['host']}]" if ":" in stored["host"] else stored["host"]
    return Message("{ae_title} at {address}", ae_title=stored["called_ae"], address=f"{host}:{stored['port']}")


def identification(manifest: Manifest, edition: Edition) -> Iterator[str]:
    """List the source, the destination, the program, the people, and the time of each step."""
    names, sum_before = edition.names, edition.manifest_sha256
    yield facts(
        [
            (
                Message("Source folders"),
                Markup("".join(element("div", code(names.folder(root))) for root in ledger.roots(manifest))),
            ),
            (Message("New PACS"), told(destination(manifest))),
            (Message("Our AE title"), foreign((manifest.get("destination") or {}).get("calling_ae", ""))),
            (Message("Program"), _program(manifest.get("version", __version__))),
            (Message("This report"), told(names.said(_created()))),
            (Message("Operator"), foreign(names.text(manifest.get("operator", "")))),
            (Message("Remarks"), foreign(names.text(manifest.get("remarks", "")), most=_LONGEST_REMARK)),
            (Message("Migration record"), code(names.text(str(manifest.path)))),
            (Message("SHA-256 of the migration record"), code(sum_before) if sum_before else ""),
        ]
    )
    if sum_before:
        when = Message(
            "This is the checksum just before this export; the export has since been noted in the migration record."
        )
        yield element("p", element("small", when)) + "\n"
    yield element("h3", Message("When each step ran")) + "\n"
    columns = ((Message("Step"), ""), (Message("Start"), "s"), (Message("End"), "s"), (Message("Result"), ""))
    yield from table(columns, _runs(manifest))
    yield element("p", element("small", Message("Local time of this computer, with its offset from UTC."))) + "\n"


def _program(begun_with: str) -> Message:
    program = f"DICOM PACS Migrator {__version__}"
    if begun_with == __version__:
        return Message("{program}", program=program)
    return Message("{program}, started with {version}", program=program, version=begun_with)


def _created() -> Message:
    return Message(
        "created on {computer} ({system}) by the user {user}",
        computer=Private(platform.node()),
        system=platform.platform(),
        user=Private(audit.user()),
    )


def _runs(manifest: Manifest) -> Iterator[Sequence[Content]]:
    runs = gathered.runs(manifest)
    for run in runs:
        outcome: Message | str = _OUTCOMES.get(run.outcome, run.outcome)
        if run.ended is None and run is runs[-1] and run.step == "export":
            outcome = Message("creates this report")
        elif run.ended is None:
            outcome = Message("interrupted: end not recorded")
        yield STEPS.get(run.step, run.step), values.moment(run.started), values.moment(run.ended), outcome


def not_done(figures: Figures) -> Iterator[str]:
    """List what this migration does not include."""
    if not figures.asked:
        yield note(Message("The new PACS was not asked about the images after copying."))
    yield items(
        [
            _pixels(figures),
            Message(
                "No reconciliation. Patients, orders and accession numbers were not compared with the RIS or HIS and "
                "not corrected. Images are copied as they are stored in the files."
            ),
            Message(
                "No corrections from the old PACS. Changed names and merged or deleted studies are often known only to "
                "its database, and not to the files."
            ),
            Message(
                "No reports and no notes that are stored outside the image files, in the RIS or HIS or in the database "
                "of the old PACS."
            ),
            Message("No containers (.zip and the like) were unpacked, and no links to other folders were followed."),
        ]
    )
    yield "\n"


def _pixels(figures: Figures) -> Message:
    if not figures.compared:
        return Message(
            "No pixel data was compared. “Found” means that the new PACS confirmed an image when it was queried; the "
            "image was not read back."
        )
    return Message(
        "Pixel data was compared for {n} image only, chosen at random (see “Additional checks”). “Found” means that "
        "the new PACS confirmed an image when it was queried.",
        "Pixel data was compared for {n} images only, chosen at random (see “Additional checks”). “Found” means that "
        "the new PACS confirmed an image when it was queried.",
        n=figures.compared,
    )


def source(manifest: Manifest, figures: Figures) -> Iterator[str]:
    """State what was measured of the source before, during and after the migration."""
    yield paragraphs(
        Message(
            "This program opens files in the source folders for reading only, and blocks any attempt of its own to "
            "write, rename or delete there."
        )
    )
    columns = (
        (Message("Start"), "s"),
        (Message("End"), "s"),
        (Message("Files counted"), "n"),
        (Message("Opened"), "n"),
    )
    readings = gathered.readings(manifest)
    rows: Iterator[Sequence[Content]] = (
        (values.moment(one.started), values.moment(one.ended) or Message("not completed"), one.files, one.opened)
        for one in readings[-READINGS_LISTED:]
    )
    yield from table(columns, rows)
    if len(readings) > READINGS_LISTED:
        yield note(
            Message("Showing the last {listed} of {count} readings.", listed=READINGS_LISTED, count=len(readings))
        )
    yield paragraphs(
        Message("At the last reading the files had {size} in all.", size=Size(gathered.total_bytes(manifest))),
        Message(
            "{n} file changed between two readings and was read again.",
            "{n} files changed between two readings and were read again.",
            n=gathered.read_anew(manifest),
        ),
        *_compared(gathered.sendings(manifest)),
        Message(
            "{n} file is marked as changed since it was read.",
            "{n} files are marked as changed since they were read.",
            n=figures.balance.buckets[Bucket.CHANGED],
        ),
        Message(
            "Nothing else was measured: changes by other programs were not monitored, and the contents of the files "
            "were not compared before and after."
        ),
        Message("This report does not authorise anybody to remove anything from the old PACS."),
    )


def _compared(sent: gathered.Sendings) -> Iterator[Message]:
    if not sent.times:
        yield Message("No file was sent.")
        return
    yield Message(
        "The size and the modification time of {n} file that was sent were compared with those noted when it was read. "
        "Before sending: {sendings}. After each response of the new PACS: {responses}.",
        "The size and the modification time of {n} files that were sent were compared with those noted when they were "
        "read. Before sending: {sendings}. After each response of the new PACS: {responses}.",
        n=sent.files,
        sendings=Message("{n} time", "{n} times", n=sent.times),
        responses=Message("{n} time", "{n} times", n=sent.answered),
    )


def files(edition: Edition) -> Iterator[str]:
    """List the files beside the report, and how to see that nobody changed them since."""
    if not edition.names.shown:
        yield note(element("b", LEFT_OUT_HERE))
    if edition.written:
        columns = ((Message("File"), "s"), (Message("Size"), "n"), (Message("SHA-256"), ""))
        rows: Iterator[Sequence[Content]] = (
            (one.name, Message("{size}", size=Size(one.bytes)), code(one.sha256)) for one in edition.written
        )
        yield from table(columns, rows)
    yield paragraphs(
        Message(
            "The checksum (SHA-256) of this report is in {file} beside it, with those of all other files of this "
            "export and of the migration record after the export.",
            file=edition.names.file_name("SHA256SUMS.txt"),
        )
    )


def signatures() -> Iterator[str]:
    """Write lines for the signatures of those who accept the migration."""
    yield '<section class="signatures">\n'
    for role in (Message("For the migration"), Message("For radiology"), Message("For IT")):
        fields = (Message("Name"), Message("Date"), Message("Signature"))
        yield element("b", role) + "".join(element("span", field) for field in fields) + "\n"
    yield "</section>\n"
