"""The summary of a run without a window: the JSON object, the exit code, and the text."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any, Mapping, Sequence

from wizard.engine import migration
from wizard.engine.copy.rehearse import Rehearsal
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
    """Make the object that `--json` prints, but for the exit code.

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
    return found if rehearsal is None else {**found, "rehearsal": asdict(rehearsal)}


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


def words(summary: dict[str, Any], options: argparse.Namespace) -> str:
    """Write the summary as a text."""
    lines = [f"{summary['entries']:,} files were found in {', '.join(summary['source'])}."]
    for bucket, count in summary["buckets"].items():
        if count:
            lines.append(f"{count:>10,}  {ledger.BUCKETS[bucket]}")
    lines.append(
        "The buckets add up to the files found."
        if summary["balanced"]
        else "THE BUCKETS DO NOT ADD UP to the files found. Read the source again, and report this."
    )
    if summary["unreadable_folders"]:
        lines.append(f"{summary['unreadable_folders']:,} folders could not be opened.")
    if "rehearsal" in summary:
        lines += _rehearsal(summary["rehearsal"])
    elif options.command == "run" and options.no_verify:
        lines.append("The new PACS was not asked what has arrived (--no-verify).")
    elif options.command in ("run", "verify"):
        lines.append(_confirmed(summary["instances"], summary["instances"]["expected"]))
    lines += [f"Written: {path}" for path in summary["exports"]]
    lines.append(f"Manifest: {summary['manifest']}")
    return "\n".join(lines)


def _confirmed(counts: dict[str, int], expected: int) -> str:
    return (
        f"The new PACS named {counts['confirmed']:,} of {expected:,} images; "
        f"{counts['missing']:,} are missing, {counts['not_checked']:,} were not checked."
    )


def _rehearsal(found: dict[str, Any]) -> list[str]:
    images = found["images"]
    lines = [f"One study was tried: {found['words']}."]
    if found["confirmed"] == images:
        lines.append(f"The new PACS named {'its only image' if images == 1 else f'all {images:,} images of it'}.")
        lines.append("Look at it in the new viewer, then run the same command without --rehearse.")
    else:
        lines.append(_confirmed(found, images))
        lines.append("The report says why. Settle that first, then run the same command again.")
    return lines
