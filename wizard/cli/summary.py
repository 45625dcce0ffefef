"""The summary of a run without a window: the JSON object, the exit code, and what a person reads."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import fields
from typing import Any, Iterator, Mapping, Sequence

from wizard.cli.terminal_texts import counted
from wizard.engine import migration
from wizard.engine.copy.rehearse import Rehearsal
from wizard.errors import WizardError
from wizard.language import plainly
from wizard.language.message import Message, Private
from wizard.manifest import commitments, ledger, old_studies, proof, samples
from wizard.manifest.buckets import EXCEPTIONS
from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Bucket, ReadBack

#: The open items of the further proofs.
_OPEN = {
    "storage_commitment": ("failed", "unanswered"),
    "read_back": (ReadBack.DIFFERENT, ReadBack.NOT_CHECKED),
    "old_list": ("not_in_folders", "fewer"),
}
_STEPS = ("source", "check", "copy", "verify", "export")


def of(
    manifest: Manifest,
    bytes_sent: int,
    seconds: Mapping[str, float],
    exports: Sequence[str],
    rehearsal: Rehearsal | None = None,
) -> dict[str, Any]:
    """Make the object that `--json` prints, but for the findings and the exit code.

    "rehearsal", "storage_commitment", "read_back" and "old_list" are there only after one.
    """
    balance, proved = ledger.balance(manifest), proof.summary(manifest)
    found: dict[str, Any] = {
        "manifest": str(manifest.path),
        "source": [str(folder) for folder in migration.source_folders(manifest)],
        "destination": str(migration.destination_of(manifest)),
        "entries": balance.entries,
        "unreadable_folders": balance.unreadable_folders,
        "buckets": balance.buckets,
        "balanced": balance.balanced,
        "open_items": _open_items(manifest),
        "studies": {
            "expected": proved.studies_expected,
            "match": proved.match,
            "mismatch": proved.mismatch,
            "not_checked": proved.not_checked_studies,
        },
        "instances": {
            "expected": proved.expected,
            "confirmed": proved.confirmed,
            "missing": proved.missing,
            "not_checked": proved.not_checked,
        },
        "bytes_sent": bytes_sent,
        "seconds": {step: seconds.get(step, 0.0) for step in _STEPS},
        "exports": list(exports),
    }
    further = {
        "storage_commitment": commitments.summary(manifest),
        "read_back": samples.summary(manifest),
        "old_list": old_studies.summary(manifest),
    }
    found.update((name, proved_so._asdict()) for name, proved_so in further.items() if proved_so is not None)
    if rehearsal is not None:
        found["rehearsal"] = {one.name: getattr(rehearsal, one.name) for one in fields(rehearsal)}
        found["rehearsal"]["words"] = str(rehearsal.words)
    return found


def of_error(error: WizardError) -> dict[str, Any]:
    """Make the object that `--json` prints after an error."""
    return {
        "error": str(error.sentence),
        "code": error.code,
        "details": error.details,
        "exit_code": error.exit_code,
    }


def _open_items(manifest: Manifest) -> dict[str, int]:
    """Count everything that is not settled by the code of its reason, or by its bucket where it has none."""
    counts: Counter[str] = Counter()
    for one in ledger.reasons(manifest):
        counts[one.code] += one.count
    return dict(counts)


def exit_code(summary: dict[str, Any], options: argparse.Namespace) -> int:
    """Give 3 if there are open items, else 0; only the steps up to this one count.

    After a rehearsal it is 0 if each image of the study was confirmed.
    """
    if "rehearsal" in summary:
        return 0 if summary["rehearsal"]["confirmed"] == summary["rehearsal"]["images"] else 3
    buckets = summary["buckets"]
    exceptions = sum(buckets[name] for name in EXCEPTIONS) + summary["unreadable_folders"]
    if options.command in ("source", "check"):
        exceptions -= buckets[Bucket.PENDING]
    asked = options.command == "verify" or (options.command == "run" and not options.no_verify)
    if asked:
        exceptions += summary["instances"]["missing"] + summary["instances"]["not_checked"]
        exceptions += sum(summary.get(proof, {}).get(name, 0) for proof, names in _OPEN.items() for name in names)
    return 3 if exceptions or not summary["balanced"] else 0


def words(summary: dict[str, Any], options: argparse.Namespace) -> Iterator[Message | str]:
    """Yield the lines of the summary as a person reads it."""
    yield Message(
        "{n} file was found in {folders}.",
        "{n} files were found in {folders}.",
        n=summary["entries"],
        folders=tuple(map(Private, summary["source"])),
    )
    for bucket, count in summary["buckets"].items():
        if count:
            yield f"{counted(count)}  {plainly(ledger.OUTCOMES[bucket])}"
    if summary["balanced"]:
        yield Message("Each file has exactly one outcome; the totals match.")
    else:
        yield Message(
            "The totals do not match the number of files. This is a fault of the program: do not rely on these "
            "numbers, and report this."
        )
    if summary["unreadable_folders"]:
        yield Message(
            "{n} folder could not be opened.", "{n} folders could not be opened.", n=summary["unreadable_folders"]
        )
    if "rehearsal" in summary:
        yield from _rehearsal(summary["rehearsal"])
    elif options.command == "run" and options.no_verify:
        yield Message("Not verified (--no-verify).")
    elif options.command in ("run", "verify"):
        yield _confirmed(summary["instances"], summary["instances"]["expected"])
    for path in summary["exports"]:
        yield Message("Report file: {path}", path=Private(path))
    yield Message("Migration record: {path}", path=Private(summary["manifest"]))


def _confirmed(counts: dict[str, int], expected: int) -> Message:
    return Message(
        "The new PACS confirmed {confirmed} of {n} image; not found: {missing}, not checked: {not_checked}.",
        "The new PACS confirmed {confirmed} of {n} images; not found: {missing}, not checked: {not_checked}.",
        n=expected,
        confirmed=counts["confirmed"],
        missing=counts["missing"],
        not_checked=counts["not_checked"],
    )


def _rehearsal(found: dict[str, Any]) -> Iterator[Message]:
    images = found["images"]
    yield Message("Test study: {study}.", study=Private(found["words"]))
    if found["confirmed"] == images:
        yield Message(
            "The new PACS confirmed {n} image: all of this study.",
            "The new PACS confirmed {n} images: all of this study.",
            n=images,
        )
        yield Message(
            "Look at this study in the viewer of the new PACS, then run the same command again without --rehearse."
        )
    else:
        yield _confirmed(found, images)
        yield Message("The report gives the reasons. Resolve the causes, then run the same command again.")
