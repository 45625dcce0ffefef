"""The six steps without a window: the same engine and manifest, progress as text, a summary at the end."""

from __future__ import annotations

import argparse
import contextlib
import functools
import signal
import sys
import time
from pathlib import Path
from typing import Any, Sequence

from wizard import output
from wizard.cli import discovery, summary, terminal_texts
from wizard.cli.options import copy_settings_of, destination_of, filter_of, syslog_server_of, tls_of
from wizard.cli.terminal import Interruption, Screen
from wizard.dicom.destination import Destination
from wizard.engine import check, copy, discover, export, migration, source, verify
from wizard.engine.check import findings
from wizard.engine.check import step as check_step
from wizard.engine.check.findings import Finding
from wizard.engine.copy import rehearse
from wizard.engine.discover import step as discover_step
from wizard.engine.events import Events
from wizard.engine.export import step as export_step
from wizard.engine.export import syslog
from wizard.engine.job import Control, Job, Work
from wizard.engine.verify import commitment, old_list, read_back
from wizard.errors import DestinationError, UsageError, WizardError
from wizard.language import plainly
from wizard.language.message import Message, together
from wizard.manifest import commitments, copy_settings, decisions, queue, samples, tree
from wizard.manifest.manifest import Manifest
from wizard.report import proofs
from wizard.report.names import Names
from wizard.vocabulary import Action, Topic

#: The topics of `--send-suspects`: files that are damaged, or may be. A rejection note is whole, so it is not included.
_SUSPECTS = (Topic.DAMAGED, Topic.ODD_LENGTH, Topic.DISAGREE, Topic.UNCHECKED)


def main(options: argparse.Namespace) -> int:
    """Run a sub-command; returns the exit code."""
    if options.command == "practice-pacs":
        return _practice_pacs(options)
    screen = Screen(options.quiet, options.json)
    with Interruption() as interruption:
        session = _Session(options, screen, interruption)
        try:
            found = session.do()
        except WizardError as error:
            screen.fail(error.with_who)
            found = {**summary.of_error(error), **session.findings_as_json()}
    if options.json:
        output.one_object(found, sys.stdout)
    return int(found["exit_code"])


class _Session:
    """One sub-command, from the arguments to the summary."""

    def __init__(self, options: argparse.Namespace, screen: Screen, interruption: Interruption) -> None:
        self._options, self._screen, self._interruption = options, screen, interruption
        self._seconds: dict[str, float] = {}
        self._exports: list[str] = []
        self._rehearsal: rehearse.Rehearsal | None = None
        self._proof_failed = False
        self._findings: Sequence[Finding] | None = None

    def do(self) -> dict[str, Any]:
        """Run the steps.

        Raises
        ------
        WizardError
        """
        options = self._options
        if options.command == "discover":
            tls = tls_of(options)
            return discovery.do(
                options, tls, None if options.network else destination_of(options), self._screen, self._job
            )
        if options.command == "run" and options.rehearse and _too_much_for_a_rehearsal(options):
            raise UsageError(
                Message(
                    "--rehearse cannot be combined with --no-verify, --retry-failed, --storage-commitment or "
                    "--read-back."
                )
            )
        if "export" in options:
            syslog_server_of(options)
        with contextlib.ExitStack() as stack:
            sources, destination, path = options.source, destination_of(options), options.manifest
            if getattr(options, "practice", False):
                if sources or destination:
                    raise UsageError(Message("--practice cannot be combined with --source, --to or --called-ae."))
                from wizard.practice.practice_session import PracticeSession

                practice = stack.enter_context(PracticeSession())
                sources, destination, path = (
                    [practice.source],
                    practice.destination,
                    path or practice.manifest,
                )
            unencrypted = options.no_tls
            manifest = stack.enter_context(migration.open_migration(sources, destination, path, unencrypted))
            if "export" in options:  # known before a long job begins
                export_step.check_writable(options.export)
                told = {"operator": options.operator, "remarks": options.remarks}
                manifest.put(**{key: text for key, text in told.items() if text is not None})
            before = manifest.value("SELECT COALESCE(MAX(id), 0) FROM attempt")
            exit_code = self._steps(manifest, migration.destination_of(manifest))
            sent = manifest.value("SELECT TOTAL(bytes) FROM attempt WHERE id > ? AND status IS NOT NULL", (before,))
            found = summary.of(manifest, int(sent), self._seconds, self._exports, self._rehearsal)
            found["exit_code"] = exit_code or (3 if self._proof_failed else summary.exit_code(found, options))
            self._screen.tell(*summary.words(found, options))
            if options.json and self._findings is None:
                self._findings = findings.read(manifest)
            return {**found, **self.findings_as_json()}

    def findings_as_json(self) -> dict[str, Any]:
        """The findings as `--json` prints them; nothing where they were not looked for."""
        return {} if self._findings is None else {"findings": [finding.as_dict() for finding in self._findings]}

    def _steps(self, manifest: Manifest, destination: Destination) -> int:
        """The steps of this sub-command, in order; returns 3 when verifying was not possible, else 0."""
        options = self._options
        all_steps = options.command == "run"
        unverified = 0
        if all_steps:
            self._test_connection(destination)
        if all_steps or options.command == "source":
            self._job("source", lambda control, events: source.run(manifest, control, events))
        if getattr(options, "old_list", None):  # so that its errors are known before a long job begins
            self._job("old_list", lambda control, events: old_list.run(manifest, options.old_list, control, events))
        if all_steps or options.command == "check":
            self._check(manifest, destination)
        if all_steps or options.command == "copy":
            copy_settings.keep(manifest, copy_settings_of(options))
            self._copy(manifest, destination)
        if (all_steps and not options.no_verify and not options.rehearse) or options.command == "verify":
            try:
                self._job("verify", lambda control, events: verify.run(manifest, destination, control, events))
            except DestinationError as error:
                self._screen.say(together(Message("Verifying could not be completed."), error.with_who))
                unverified = 3 if all_steps else error.exit_code
        if (all_steps and not options.rehearse) or options.command == "verify":
            self._prove(manifest, destination)
        if all_steps or options.command == "export":
            self._export(manifest)
        return unverified

    def _export(self, manifest: Manifest) -> None:
        """Write the report files; then send the audit messages, if there is a server for them."""
        options, server = self._options, syslog_server_of(self._options)
        wanted, names = export_step.ExportSettings(options.formats, not options.no_names), Names(not options.no_names)

        def write(control: Control, events: Events) -> tuple[Path, ...]:
            return export.run(manifest, options.export, control, events, wanted)

        self._exports = [str(path) for path in self._job("export", write)]
        if server is not None:
            work = functools.partial(syslog.send, manifest, server, names=names)
            sent = self._job("syslog", work)
            sentence = Message(
                "{n} audit message was sent to {server}.",
                "{n} audit messages were sent to {server}.",
                n=sent,
                server=str(server),
            )
            self._screen.say(sentence)

    def _prove(self, manifest: Manifest, destination: Destination) -> None:
        """Make the further proofs that were asked for; if one is not possible, the others are made all the same."""
        options, port = self._options, self._options.listen_port

        def committed(control: Control, events: Events) -> commitments.CommitmentSummary:
            return commitment.run(manifest, destination, control, events, port)

        def fetched_back(control: Control, events: Events) -> samples.SamplesSummary:
            return read_back.run(manifest, destination, control, events, options.read_back, port)

        works: list[tuple[bool, str, Work]] = [
            (options.storage_commitment, "commitment", committed),
            (bool(options.read_back), "read_back", fetched_back),
        ]
        for wanted, step, work in works:
            try:
                if wanted:
                    self._job(step, work)
            except (DestinationError, UsageError) as error:
                self._screen.say(error.with_who)
                self._proof_failed = True
        if options.storage_commitment or options.read_back or options.old_list:
            self._screen.say(*(sentence.words for sentence in proofs.sentences(manifest)))

    def _copy(self, manifest: Manifest, destination: Destination) -> None:
        options = self._options
        if options.retry_failed:
            queue.retry_missing(manifest)
        if getattr(options, "rehearse", False):
            self._rehearsal = self._job(
                "copy", lambda control, events: rehearse.run(manifest, destination, control, events)
            )
        else:
            self._job(
                "copy",
                lambda control, events: copy.run(manifest, destination, control, events, options.retry_failed),
            )

    def _check(self, manifest: Manifest, destination: Destination) -> None:
        tree.set_filter(manifest, filter_of(self._options))
        suspects = [(topic, Action.SEND_LAST) for topic in _SUSPECTS if self._options.send_suspects]
        for topic, action in [*suspects, *self._options.decide]:
            decisions.decide(manifest, topic, action)
        try:
            found = self._job("check", lambda control, events: check.run(manifest, destination, control, events))
        except DestinationError:
            self._list(findings.read(manifest))
            self._screen.say(check_step.not_asked(manifest))
            raise
        self._list(found)

    def _list(self, found: Sequence[Finding]) -> None:
        """Print the findings, and keep them for `--json`."""
        self._findings = found
        self._screen.tell(*([finding.line for finding in found] or [terminal_texts.NO_FINDINGS]))
        if any(finding.next_step for finding in found):
            self._screen.tell(terminal_texts.BUTTONS)

    def _test_connection(self, destination: Destination) -> None:
        rungs = self._job("discover", lambda control, events: discover.run(destination, control, events))
        if not discover_step.usable(rungs):
            raise discover_step.why_not(rungs)

    def _job(self, step: str, work: Work) -> Any:
        """Run one step in a thread, so that the main thread can interrupt it."""
        self._screen.say(terminal_texts.AT_WORK[step])
        started = time.monotonic()
        job = Job(step, work, self._screen)
        self._interruption.watch(job)
        job.start()
        while not job.join(0.2):
            self._interruption.pass_on()
        self._seconds[step] = round(time.monotonic() - started, 2)
        assert job.finished is not None
        if job.finished.error is not None:
            raise job.finished.error
        return job.finished.result


def _too_much_for_a_rehearsal(options: argparse.Namespace) -> bool:
    return bool(options.no_verify or options.retry_failed or options.storage_commitment or options.read_back)


def _practice_pacs(options: argparse.Namespace) -> int:
    from wizard.practice.pacs import PracticePacs

    signals: list[int] = []
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda number, _: signals.append(number))  # takes no lock: another may come meanwhile
    with PracticePacs(options.folder, options.port) as pacs:
        address = f"{pacs.address}:{pacs.port}"
        started = Message(
            "The practice PACS {ae_title} is listening on {address}. Press Ctrl+C to stop it.",
            ae_title=pacs.ae_title,
            address=address,
        )
        output.lines(plainly(started), stream=sys.stdout)
        while not signals:
            time.sleep(0.2)
    return 0
