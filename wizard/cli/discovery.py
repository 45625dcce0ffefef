"""The step Discover without a window: the connection test, the network search, the text for the administrator."""

from __future__ import annotations

import argparse
from typing import Any, Callable

from wizard.cli.terminal import Screen
from wizard.dicom.destination import DEFAULT_CALLING_AE, Destination, Tls
from wizard.engine import migration
from wizard.engine.discover import address_ranges, letter, scan
from wizard.engine.discover import step as discover_step
from wizard.engine.discover.scan import ScanRecord
from wizard.engine.facts import Rung
from wizard.engine.job import Work
from wizard.errors import UsageError
from wizard.language.message import Message, Private, together
from wizard.manifest import queue
from wizard.manifest.manifest import Manifest

#: Runs a step in a thread and gives its result.
StepRunner = Callable[[str, Work], Any]


def do(
    options: argparse.Namespace, tls: Tls | None, destination: Destination | None, screen: Screen, run_step: StepRunner
) -> dict[str, Any]:
    """Search, test the connection, or print the text, as the options ask; returns the object that `--json` prints.

    Raises
    ------
    WizardError
    """
    if options.network:
        return _search(options, tls, screen, run_step)
    if options.ports or options.wide:
        raise UsageError(Message("--ports and --wide need --network."))
    if destination is None and options.manifest is None:
        raise UsageError(
            Message("Specify the new PACS (--to HOST:PORT --called-ae AE), or search for it (--network RANGE).")
        )
    if options.manifest is None:
        assert destination is not None
        return _test_or_write(destination, None, options, screen, run_step)
    with migration.open_migration((), destination, options.manifest, options.no_tls) as manifest:
        return _test_or_write(migration.destination_of(manifest), manifest, options, screen, run_step)


def _search(options: argparse.Namespace, tls: Tls | None, screen: Screen, run_step: StepRunner) -> dict[str, Any]:
    if options.to or options.letter or options.manifest:
        raise UsageError(Message("--network cannot be combined with --to, --letter or --manifest."))
    wanted = scan.settings_from(
        options.network,
        options.ports or scan.PORTS,
        options.called_ae or "",
        options.calling_ae or DEFAULT_CALLING_AE,
        tls,
        address_ranges.WIDEST if options.wide else address_ranges.MOST,
    )
    record: ScanRecord = run_step("scan", lambda control, events: scan.run(wanted, control, events))
    screen.tell(scan.sentence(record))
    return {**record.for_programs(), "exit_code": 0 if any(seen.dicom for seen in record.found) else 4}


def _test_or_write(
    destination: Destination,
    manifest: Manifest | None,
    options: argparse.Namespace,
    screen: Screen,
    run_step: StepRunner,
) -> dict[str, Any]:
    """Write the text for the administrator, or test the connection; with the kinds of the manifest, if there is one."""
    if options.letter:
        text = letter.connection(destination, queue.all_kinds(manifest) if manifest is not None else ())[options.letter]
        screen.tell(Private(text))
        return {"letter": text, "exit_code": 0}
    rungs: tuple[Rung, ...] = run_step(
        "discover", lambda control, events: discover_step.thoroughly(destination, control, events, manifest)
    )
    usable = discover_step.usable(rungs)
    result = discover_step.summary(rungs)
    screen.tell(result if usable else together(result, discover_step.why_not(rungs).with_who))
    return {
        "destination": str(destination),
        "rungs": [rung.for_programs() for rung in rungs],
        "exit_code": 0 if usable else 4,
    }
