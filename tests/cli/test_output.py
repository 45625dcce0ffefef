"""What the command line prints, where, and in which language: the result on standard output, all else beside it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast

import pytest

from tests.engine.pacs import Pacs
from tests.engine.stage import series
from tests.running import to, wizard
from wizard import errors, language
from wizard.cli import summary, terminal, terminal_texts
from wizard.engine.discover.connection_test import RUNGS
from wizard.engine.events import Note, Progress
from wizard.engine.facts import FoundPort, Rung
from wizard.language import plainly
from wizard.language.message import Message
from wizard.manifest import ledger
from wizard.manifest.manifest import Manifest
from wizard.reasons import EXPLAINED, Reason
from wizard.vocabulary import Bucket

SUMMARY = {
    "entries": 1234,
    "source": ["/mnt/Meier, copy"],
    "buckets": {"copied": 1200, "damaged": 34, "pending": 0},
    "balanced": True,
    "unreadable_folders": 1,
    "instances": {"expected": 1200, "confirmed": 1199, "missing": 1, "not_checked": 0},
    "exports": ["/home/report 10.5/report.html"],
    "manifest": "/home/m.sqlite",
}


def words(command: str = "run", **more: object) -> list[str]:
    options = argparse.Namespace(command=command, no_verify=False)
    return [plainly(line) for line in summary.words({**SUMMARY, **more}, options)]


# The summary


def test_the_summary_is_whole_sentences_with_the_figures_of_a_terminal() -> None:
    lines = words()
    assert lines[0] == "1,234 files were found in /mnt/Meier, copy."
    assert lines[1:3] == ["     1,200  Copied", "        34  Damaged"]
    assert lines[3:] == [
        "Each file has exactly one outcome; the totals match.",
        "1 folder could not be opened.",
        "The new PACS confirmed 1,199 of 1,200 images; not found: 1, not checked: 0.",
        "Report file: /home/report 10.5/report.html",
        "Migration record: /home/m.sqlite",
    ]


def test_in_german_the_sentences_are_german_and_the_paths_are_as_they_are() -> None:
    language.use("de")
    lines = words()
    assert lines[0] == "1.234 Dateien wurden gefunden in /mnt/Meier, copy."
    assert lines[1].startswith("     1.200  ") and "Copied" not in lines[1]
    assert lines[3:] == [
        "Jede Datei hat genau einen Verbleib; die Summen stimmen.",
        "1 Ordner ließ sich nicht öffnen.",
        "Das neue PACS hat 1.199 von 1.200 Bildern bestätigt; nicht gefunden: 1, nicht geprüft: 0.",
        "Berichtsdatei: /home/report 10.5/report.html",
        "Migrationsdatei: /home/m.sqlite",
    ]


def test_one_file_is_one_file_and_a_sum_that_is_wrong_is_said_to_be() -> None:
    lines = words(entries=1, balanced=False)
    assert lines[0] == "1 file was found in /mnt/Meier, copy."
    assert lines[3].startswith("The totals do not match the number of files.")


def test_open_items_are_counted_by_their_code_or_by_their_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    def of(bucket: Bucket, reason: Reason | None, count: int) -> ledger.ReasonCount:
        return ledger.ReasonCount(bucket, reason, count)

    found = [
        of(Bucket.DAMAGED, Reason("cut_off", there=10, missing=2), 3),
        of(Bucket.DAMAGED, Reason("cut_off", there=20, missing=1), 4),
        of(Bucket.PENDING, None, 5),
    ]
    monkeypatch.setattr(ledger, "reasons", lambda manifest: found)
    assert summary._open_items(cast(Manifest, None)) == {"cut_off": 7, "pending": 5}


def test_an_error_has_its_code_beside_its_english_sentence() -> None:
    language.use("de")
    found = summary.of_error(errors.NameNotResolved(Message("{sentence}", sentence="It has no address."), "details"))
    assert found == {
        "error": "It has no address.",
        "code": "name_not_resolved",
        "details": "details",
        "exit_code": 4,
    }


def codes(kind: type[errors.WizardError]) -> set[str]:
    made = errors.WizardError.__new__(kind)
    errors.WizardError.__init__(made, Message("x"))
    return {made.code}.union(*map(codes, kind.__subclasses__()))


def test_every_error_has_another_code_in_snake_case() -> None:
    assert {"wizard_error", "usage_error", "no_tls", "not_dicom", "aborted_by_peer", "stopped"} <= codes(
        errors.WizardError
    )
    assert all(code == code.lower() and " " not in code for code in codes(errors.WizardError))


# While it runs


@pytest.mark.parametrize(
    ("quiet", "as_json", "out", "err"),
    [(False, False, "result", "note"), (True, False, "result", ""), (False, True, "", "note"), (True, True, "", "")],
)
def test_results_and_notes_go_their_own_ways(
    quiet: bool, as_json: bool, out: str, err: str, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = terminal.Screen(quiet, as_json)
    screen.fact(Note(Message("{text}", text="note")))
    screen.tell(Message("{text}", text="result"))
    said = capsys.readouterr()
    assert (said.out.strip(), said.err.strip()) == (out, err)


def test_what_ends_it_is_said_in_any_case(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.Screen(quiet=True, json=True).fail(Message("{text}", text="It ended."))
    assert capsys.readouterr() == ("", "It ended.\n")


def test_progress_is_said_in_the_language_with_what_it_waits_for(capsys: pytest.CaptureFixture[str]) -> None:
    language.use("de")
    state = Progress("copy", 1200, total=9318, seconds=100, waiting=Message("{text}", text="Das neue PACS ist weg."))
    terminal.Screen(quiet=False).state(state)
    assert capsys.readouterr().err == "Kopieren läuft… 1.200 von 9.318 (12 pro Sekunde). Das neue PACS ist weg.\n"


def test_a_speed_that_is_not_known_yet_is_not_said() -> None:
    assert plainly(terminal_texts.progress(Progress("copy", 0, total=9318))) == "Copying… 0 of 9,318."
    assert plainly(terminal_texts.progress(Progress("source", 0))) == "Reading the source folders…"
    assert plainly(terminal_texts.progress(Progress("source", 5000))) == "Reading the source folders… 5,000."
    assert plainly(terminal_texts.progress(Progress("source", 5000, seconds=2))).endswith("… 5,000 (2,500 per second).")


def test_every_check_of_the_connection_has_its_words() -> None:
    said = [
        plainly(terminal_texts.rung(Rung(name, passed, Message("{text}", text="So."), seconds=1.26)))
        for name in RUNGS
        for passed in (True, False, None)
    ]
    quick = [terminal_texts.rung(Rung(RUNGS[0], passed, Message("So."), seconds=0.04)) for passed in (True, False)]
    assert [plainly(one).endswith("resolved? So.") for one in quick] == [True, True]
    assert said[:3] == [
        "  yes Can the name of the new PACS be resolved? So. (1.3 s)",
        "  NO  Can the name of the new PACS be resolved? So. (1.3 s)",
        "   -  Can the name of the new PACS be resolved? So.",
    ]
    assert len(set(said)) == 3 * len(RUNGS)


def test_a_port_is_said_with_its_vendor_and_title() -> None:
    port = FoundPort("10.0.0.7", 104, "accepts", Message("{text}", text="It accepts."), "OFFIS", "STORE")
    assert plainly(terminal_texts.found(port)) == "10.0.0.7:104: It accepts. Vendor: OFFIS. AE title: STORE."


# All of it


@pytest.mark.long
def test_a_german_run_says_and_writes_german_alone_and_json_stays_english(tmp_path: Path) -> None:
    job = ["run", "--practice", "--manifest", tmp_path / "m.sqlite", "--export", tmp_path / "out"]
    ended = wizard(*job, "--language", "de", "--quiet")
    assert ended.code == 3 and ended.stderr == ""
    for part in ("Dateien wurden gefunden in ", "Zuständig: ", "Das neue PACS hat 302 von 305 Bildern bestätigt"):
        assert part in ended.stdout
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert '<html lang="de"' in report
    again = ["export", "--manifest", tmp_path / "m.sqlite", "--export", tmp_path / "out", "--json"]
    german, english = wizard(*again, "--language", "de").summary, wizard(*again).summary
    assert set(german["findings"][0]) == {"code", "count", "who", "action", "sentence"}
    assert german["findings"] == english["findings"]
    assert german["open_items"] and set(german["open_items"]) <= {*EXPLAINED, *Bucket}


@pytest.mark.long
@pytest.mark.parametrize("command", ["source", "check", "copy", "verify", "export"])
def test_quiet_leaves_the_summary_of_every_command_and_no_word_beside_it(command: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    series(source, 2)
    with Pacs().listening() as destination:
        job = ["--source", source, *to(destination), "--manifest", tmp_path / "m.sqlite"]
        wizard("source", *job, "--json")
        ended = wizard(command, *job, "--quiet", *(["--export", tmp_path / "out"] if command == "export" else []))
    assert "2 files were found in " in ended.stdout and "Migration record: " in ended.stdout
    assert ended.stderr == ""
