"""The command line as a person uses it: exit codes, one clear sentence for bad input, the JSON summary."""

from __future__ import annotations

import datetime
import json
import os
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import KeyObjectSelectionDocumentStorage

from tests.engine.pacs import Pacs
from tests.engine.stage import image, series
from tests.peers.relay import Relay
from tests.running import Ended, command, fingerprint, to, wizard
from wizard.cli import parser
from wizard.dicom.destination import Destination
from wizard.engine.export import step as export_step
from wizard.manifest import copy_settings
from wizard.manifest.ledger import BUCKETS
from wizard.manifest.manifest import Manifest
from wizard.practice.archive import PROBLEM_FILES, make_archive
from wizard.practice.pacs import PracticePacs

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "archive"
    make_archive(folder)
    return folder


def decisions_in(ended: Ended) -> dict[str, str]:
    """What is done about each finding about which something can be decided, by its code."""
    return {found["code"]: found["action"] for found in ended.summary["findings"] if found["action"]}


def expect_one_sentence(ended: Ended, code: int, *words: str) -> None:
    assert ended.code == code, ended.stderr
    assert "Traceback" not in ended.stderr
    last = ended.stderr.strip().splitlines()[-1]
    assert last.endswith(".") and (last[0].isupper() or last.startswith(("--", "“"))), last
    for word in words:
        assert word in last, last


def test_the_practice_run_ends_with_every_healthy_image_confirmed(tmp_path: Path) -> None:
    usual = ",".join(export_step.USUAL)
    ended = wizard("run", "--practice", "--export", tmp_path / "out", "--json", "--formats", usual)
    assert ended.code == ended.summary["exit_code"] == 3, ended.stderr
    assert {"report.html", "report.pdf", "ledger.csv"} <= {Path(path).name for path in ended.summary["exports"]}
    assert list(ended.summary) == [
        *("manifest", "source", "destination", "entries", "unreadable_folders", "buckets", "balanced", "open_items"),
        *("studies", "instances", "bytes_sent", "seconds", "exports", "exit_code", "findings"),
    ]
    assert ended.summary["balanced"] is True
    assert list(ended.summary["buckets"]) == list(BUCKETS)
    troubles = len(PROBLEM_FILES)
    healthy = ended.summary["entries"] - troubles
    assert ended.summary["buckets"]["copied"] == ended.summary["instances"]["confirmed"] == healthy
    for bucket in set(PROBLEM_FILES.values()):
        assert ended.summary["buckets"][bucket] == list(PROBLEM_FILES.values()).count(bucket)
    assert [Path(path).exists() for path in ended.summary["exports"]] == [True] * len(ended.summary["exports"])
    assert Path(ended.summary["manifest"]).exists()


@pytest.mark.parametrize("command", [["run", "--practice"], ["export"]])
def test_the_default_report_files_are_written_where_nothing_is_said_of_them(command: list[str]) -> None:
    assert parser.make().parse_args([*command, "--export", "out"]).formats == export_step.USUAL


def test_the_steps_alone_do_what_run_does(archive: Path, tmp_path: Path) -> None:
    manifest = ["--manifest", tmp_path / "m.sqlite"]
    before = fingerprint(archive)
    with PracticePacs(tmp_path / "pacs") as pacs:
        destination = Destination("127.0.0.1", pacs.port, "PRACTICE")
        assert wizard("discover", *to(destination)).code == 0
        read = wizard("source", "--source", archive, *to(destination), *manifest, "--json")
        assert read.summary["buckets"]["pending"] > 290
        assert wizard("check", *manifest, "--modality", "CT", "--json").summary["buckets"]["left_out"] > 0
        copied = wizard("copy", *manifest, "--json").summary["buckets"]["copied"]
        assert 0 < copied < 290
        verified = wizard("verify", *manifest, "--json").summary
        assert verified["instances"]["confirmed"] == copied
        exported = wizard("export", *manifest, "--export", tmp_path / "out", "--json").summary
        assert (tmp_path / "out" / "report.html").exists() and exported["exports"]
    assert fingerprint(archive) == before


def test_the_filter_leaves_out_what_lies_outside_it(archive: Path, tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        job = ["--source", archive, *to(Destination("127.0.0.1", pacs.port, "PRACTICE"))]
        job += ["--manifest", tmp_path / "m.sqlite", "--export", tmp_path / "out", "--json"]
        some = wizard("run", *job, "--from-date", "2015-01-01", "--undated", "exclude").summary
        assert some["buckets"]["left_out"] > 0 and some["buckets"]["copied"] > 0
        everything = wizard("run", *job).summary
        assert everything["buckets"]["left_out"] == 0
        assert everything["buckets"]["copied"] > some["buckets"]["copied"]


def test_check_lists_what_it_found_with_what_will_be_done_and_a_decision_is_kept(archive: Path, tmp_path: Path) -> None:
    manifest = ["--manifest", tmp_path / "m.sqlite"]
    with PracticePacs(tmp_path / "pacs") as pacs:
        destination = Destination("127.0.0.1", pacs.port, "PRACTICE")
        before = wizard("source", "--source", archive, *to(destination), *manifest, "--json").summary["buckets"]
        proposed = wizard("check", *manifest)
        assert "(to change this: --decide damaged=…)." in proposed.stdout
        assert "(to change this: --decide conflict=…)." in proposed.stdout
        assert "--decide" not in proposed.stderr
        decided = wizard("check", *manifest, "--decide", "damaged=send-last", "--decide", "conflict=send", "--json")
        assert decisions_in(decided)["damaged"] == "send_last"
        assert decisions_in(decided)["conflict"] == "send"
        again = wizard("check", *manifest, "--json")
        after = again.summary["buckets"]
        assert decisions_in(again)["damaged"] == "send_last"
    assert (before["damaged"], before["conflict"]) == (1, 2)
    assert (after["damaged"], after["conflict"], after["pending"]) == (0, 1, before["pending"] + 2)
    assert again.summary["balanced"] is True


def test_suspects_are_sent_last_and_alone_but_a_rejection_note_is_none(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    series(source, 3)
    (source / "cut").write_bytes(image("1.9.1")[:-2])
    title = Dataset()
    title.CodeValue = "113001"
    note = image("1.9.2", SOPClassUID=KeyObjectSelectionDocumentStorage, ConceptNameCodeSequence=[title])
    (source / "note").write_bytes(note)
    pacs = Pacs()
    with pacs.listening() as destination:
        job = ["--source", source, *to(destination), "--manifest", tmp_path / "m.sqlite"]
        wizard("source", *job)
        assert wizard("check", *job, "--json").summary["buckets"]["pending"] == 3
        suspects = wizard("check", *job, "--send-suspects", "--json")
        assert decisions_in(suspects) == {"damaged": "send_last", "rejection_note": "leave_out"}
        assert suspects.summary["buckets"]["pending"] == 4
        decided = wizard("check", *job, "--send-suspects", "--decide", "damaged=leave-out", "--json")
        assert decided.summary["buckets"]["pending"] == 3, "what is decided by name counts"
        wizard("run", *job, "--send-suspects", "--export", tmp_path / "out")
    assert list(pacs.times)[-1] == "1.9.1"
    assert len(pacs.times) == 4


def test_how_it_should_go_is_kept_in_the_manifest(archive: Path, tmp_path: Path) -> None:
    manifest, hours = tmp_path / "m.sqlite", open_now()
    with PracticePacs(tmp_path / "pacs") as pacs:
        job = ["--source", archive, *to(Destination("127.0.0.1", pacs.port, "PRACTICE")), "--manifest", manifest]
        wizard("source", *job)
        told = ["--associations", "3", "--speed-limit", "62,5", "--newest-first", "--skip-existing"]
        assert wizard("copy", *job, *told, "--hours", hours).code == 3
        with Manifest(manifest) as kept:
            assert copy_settings.read(kept) == copy_settings.CopySettings(
                3, 62.5, hours, newest_first=True, skip_existing=True
            )
        assert wizard("copy", *job).code == 3
        with Manifest(manifest) as kept:
            assert copy_settings.read(kept) == copy_settings.CopySettings()


def open_now() -> str:
    """All hours of the day but one minute, which is far away."""
    closed = datetime.datetime.now() + datetime.timedelta(hours=12)
    return f"{closed + datetime.timedelta(minutes=1):%H:%M}-{closed:%H:%M}"


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--hours", "19-6", "for example 19:00-06:00"),
        ("--hours", "25:00-06:00", "“25:00-06:00” is not a time window."),
        ("--hours", "08:00-08:00", "begins and ends at the same time"),
        ("--speed-limit", "fast", "“fast” is not a speed in MB/s; enter for example 5 or 2.5"),
        ("--speed-limit", "inf", "“inf” is not a speed in MB/s; enter for example 5 or 2.5"),
    ],
)
def test_a_setting_that_makes_no_sense_is_said(option: str, value: str, words: str, tmp_path: Path) -> None:
    ended = wizard("run", "--practice", "--export", tmp_path / "out", option, value)
    assert ended.code == 2 and words in ended.stderr.splitlines()[-1], ended.stderr
    assert not (tmp_path / "out").exists()


def test_a_rehearsal_copies_and_confirms_one_study_and_the_next_run_the_rest(archive: Path, tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        job = ["--source", archive, *to(Destination("127.0.0.1", pacs.port, "PRACTICE"))]
        job += ["--manifest", tmp_path / "m.sqlite", "--export", tmp_path / "out"]
        rehearsed = wizard("run", *job, "--rehearse", "--json")
        assert rehearsed.code == rehearsed.summary["exit_code"] == 0, rehearsed.stderr
        tried = rehearsed.summary["rehearsal"]
        assert list(tried) == ["study", "words", "images", "confirmed", "missing", "not_checked"]
        assert 2 <= tried["images"] <= 50
        assert (tried["confirmed"], tried["missing"], tried["not_checked"]) == (tried["images"], 0, 0)
        assert rehearsed.summary["buckets"]["copied"] == rehearsed.summary["instances"]["confirmed"] == tried["images"]
        assert len(list((tmp_path / "pacs").glob("*.dcm"))) == tried["images"]
        assert (tmp_path / "out" / "report.html").exists()
        rest = wizard("run", *job, "--json")
        assert "rehearsal" not in rest.summary
        assert rest.summary["instances"]["confirmed"] == 302


@pytest.mark.parametrize("refused", [False, True])
def test_a_rehearsal_says_in_words_what_to_do_next(refused: bool, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    uids = series(source, 3)
    pacs = Pacs(take=lambda peer, uid, times: 0xA900 if refused and uid == uids[1] else 0)
    with pacs.listening() as destination:
        job = ["--source", source, *to(destination), "--manifest", tmp_path / "m.sqlite"]
        ended = wizard("run", *job, "--export", tmp_path / "out", "--rehearse")
        assert "Test study: Muster, Anna · 2019-03-02." in ended.stdout
        if refused:
            assert ended.code == 3
            assert "The new PACS confirmed 2 of 3 images; not found: 1, not checked: 0." in ended.stdout
            assert "without --rehearse" not in ended.stdout
        else:
            assert ended.code == 0
            assert "The new PACS confirmed 3 images: all of this study." in ended.stdout
            assert "then run the same command again without --rehearse." in ended.stdout
            again = wizard("run", *job, "--export", tmp_path / "out", "--rehearse")
            expect_one_sentence(again, 2, "so there is no test study")


def test_what_needs_no_network_is_listed_when_the_new_pacs_is_away(archive: Path, tmp_path: Path) -> None:
    manifest = ["--manifest", tmp_path / "m.sqlite"]
    with PracticePacs(tmp_path / "pacs") as pacs:
        destination = Destination("127.0.0.1", pacs.port, "PRACTICE")
        wizard("source", "--source", archive, *to(destination), *manifest)
    ended = wizard("check", *manifest)
    expect_one_sentence(ended, 4, "rejected the connection")
    assert "(to change this: --decide damaged=…)." in ended.stdout
    assert "It was not checked which image types the new PACS accepts." in ended.stderr
    told = wizard("check", *manifest, "--json")
    assert (told.summary["code"], decisions_in(told)["damaged"]) == ("connection_refused", "leave_out")


@pytest.mark.parametrize(
    ("decision", "says"),
    [
        ("weather=send", "Nothing can be decided about “weather”."),
        ("damaged=send", "Possible: leave-out, send-last."),
        ("damaged", "Possible: leave-out, send-last."),
    ],
)
def test_what_cannot_be_decided_is_said_in_one_sentence(decision: str, says: str, tmp_path: Path) -> None:
    ended = wizard("run", "--practice", "--export", tmp_path / "out", "--decide", decision)
    expect_one_sentence(ended, 2, says)
    assert not (tmp_path / "out").exists()


def test_a_missing_source_folder_is_said_in_one_sentence(tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        job = [*to(Destination("127.0.0.1", pacs.port, "PRACTICE")), "--export", tmp_path / "out"]
        ended = wizard("run", "--source", tmp_path / "no such folder", *job, "--json")
    expect_one_sentence(ended, 5, "no such folder", "cannot be opened")
    assert ended.summary["exit_code"] == 5


def test_an_unreachable_host_is_said_in_one_sentence(archive: Path, free_port: int, tmp_path: Path) -> None:
    job = ["--source", archive, "--to", f"127.0.0.1:{free_port}", "--called-ae", "PACS", "--export", tmp_path / "out"]
    expect_one_sentence(wizard("run", *job), 4, "rejected the connection")


def test_an_unknown_host_name_is_said_in_one_sentence(archive: Path, tmp_path: Path) -> None:
    job = ["--source", archive, "--to", "no-such-host.invalid:104", "--called-ae", "PACS", "--export", tmp_path / "out"]
    expect_one_sentence(wizard("run", *job), 4, "no-such-host.invalid")


def test_a_wrong_ae_title_is_said_in_one_sentence_with_who_must_act(archive: Path, tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        destination = Destination("127.0.0.1", pacs.port, "WRONG")
        ended = wizard("run", "--source", archive, *to(destination), "--export", tmp_path / "out")
    expect_one_sentence(ended, 4, "AE title “WRONG”", "administrator of the new PACS")


def test_a_manifest_of_a_newer_version_is_left_as_it_is(archive: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "newer.sqlite"
    with PracticePacs(tmp_path / "pacs") as pacs:
        job = ["--source", archive, *to(Destination("127.0.0.1", pacs.port, "PRACTICE")), "--manifest", manifest]
        assert wizard("source", *job).code == 3
        db = sqlite3.connect(manifest)
        db.execute("PRAGMA user_version = 99")
        db.close()
        before = manifest.read_bytes()
        expect_one_sentence(wizard("run", *job, "--export", tmp_path / "out"), 6, "newer version")
    assert manifest.read_bytes() == before


def test_a_manifest_that_is_no_database_is_left_as_it_is(archive: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "holiday.jpg"
    manifest.write_bytes(b"\xff\xd8\xff\xe0 a picture of the beach")
    job = ["--source", archive, "--to", "127.0.0.1:104", "--called-ae", "PACS", "--manifest", manifest]
    expect_one_sentence(wizard("source", *job), 6, "not a migration record")
    assert manifest.read_bytes() == b"\xff\xd8\xff\xe0 a picture of the beach"


def test_a_database_of_another_program_is_left_as_it_is(archive: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "other.sqlite"
    with sqlite3.connect(manifest) as db:
        db.execute("CREATE TABLE recipes (name TEXT)")
    before = manifest.read_bytes()
    job = ["--source", archive, "--to", "127.0.0.1:104", "--called-ae", "PACS", "--manifest", manifest]
    expect_one_sentence(wizard("source", *job), 6, "not a migration record")
    assert manifest.read_bytes() == before


def test_an_export_folder_that_cannot_be_written_is_said_before_anything_is_copied(
    archive: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with PracticePacs(tmp_path / "pacs") as pacs:
        job = ["--source", archive, *to(Destination("127.0.0.1", pacs.port, "PRACTICE"))]
        ended = wizard("run", *job, "--export", tmp_path / "file" / "out")
        assert not list((tmp_path / "pacs").glob("*.dcm"))
    expect_one_sentence(ended, 2)


def test_formats_names_and_operator_are_as_they_were_asked_for(tmp_path: Path) -> None:
    job = ["--manifest", tmp_path / "m.sqlite", "--export", tmp_path / "out", "--json"]
    told = ["--operator", "Dr. Invented", "--remarks", "by night"]
    ended = wizard("run", "--practice", *job, *told, "--no-names", "--formats", "html,xml,support", "--no-verify")
    written = {Path(path).name: Path(path) for path in ended.summary["exports"]}
    tables = [f"{name}-without-names.csv" for name in ("audit", "exceptions", "ledger", "studies")]
    others = ["SHA256SUMS-without-names.txt", "audit-without-names.xml", "report-without-names.html", "support.zip"]
    assert sorted(written) == sorted([*tables, *others])
    with Manifest(tmp_path / "m.sqlite") as manifest:
        names = [row[0] for row in manifest.rows("SELECT name FROM patient WHERE name <> ''")]
        ids = [row[0] for row in manifest.rows("SELECT patient_id FROM patient WHERE length(patient_id) > 3")]
        assert len(names) > 10 and len(ids) > 10
    for path in written.values():
        text = path.read_bytes().decode("utf-8", "replace")
        assert [one for one in (*names, *ids, "Dr. Invented", "by night") if one in text] == [], path
    trail = written["audit-without-names.csv"].read_text("utf-8-sig").splitlines()
    begun = [["set", "destination"], ["opened", ""], ["set", "operator"], ["set", "remarks"]]
    assert [line.split(",")[5:7] for line in trail[1:5]] == begun
    with Manifest(tmp_path / "m.sqlite") as manifest:
        assert manifest.get("operator", "") == "Dr. Invented"


def test_audit_messages_that_cannot_be_sent_are_said_and_the_report_files_are_there(
    tmp_path: Path, free_port: int
) -> None:
    job = ["--export", tmp_path / "out", "--formats", "csv", "--no-verify", "--syslog", f"127.0.0.1:{free_port}"]
    expect_one_sentence(wizard("run", "--practice", *job), 2, "The report files are not affected.", "the IT department")
    assert (tmp_path / "out" / "ledger.csv").exists()


def test_exporting_into_the_source_is_refused(archive: Path, tmp_path: Path) -> None:
    before = fingerprint(archive)
    with PracticePacs(tmp_path / "pacs") as pacs:
        job = ["--source", archive, *to(Destination("127.0.0.1", pacs.port, "PRACTICE"))]
        expect_one_sentence(wizard("run", *job, "--export", archive / "out"), 2)
        expect_one_sentence(wizard("source", *job, "--manifest", archive / "m.sqlite"), 2, "source folder")
    assert fingerprint(archive) == before
    assert sorted(path.name for path in archive.iterdir() if path.name in ("out", "m.sqlite")) == []


def test_another_destination_for_a_known_manifest_is_refused(archive: Path, tmp_path: Path) -> None:
    manifest = ["--source", archive, "--manifest", tmp_path / "m.sqlite"]
    assert wizard("source", *manifest, "--to", "127.0.0.1:104", "--called-ae", "ONE").code == 3
    ended = wizard("source", *manifest, "--to", "127.0.0.1:104", "--called-ae", "TWO")
    expect_one_sentence(ended, 6, "belongs to another new PACS")


def test_a_migration_that_is_open_elsewhere_is_not_opened_twice(archive: Path, tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs, Relay(pacs.port, limit=20_000) as relay:
        job = ["--source", archive, *to(Destination("127.0.0.1", relay.port, "PRACTICE"))]
        job += ["--manifest", tmp_path / "m.sqlite", "--export", tmp_path / "out"]
        first = subprocess.Popen(command("run", *job, "--quiet"), stdout=subprocess.DEVNULL)
        assert relay.reached.wait(60)
        expect_one_sentence(wizard("run", *job), 6, "open in another window or program")
        relay.open()
        relay.cut()
        assert first.wait(60) == 3


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_stops_within_seconds_with_its_own_code_and_nothing_lost(archive: Path, tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs, Relay(pacs.port, limit=50_000) as relay:
        job = ["--source", archive, *to(Destination("127.0.0.1", relay.port, "PRACTICE"))]
        job += ["--manifest", tmp_path / "m.sqlite", "--export", tmp_path / "out", "--json", "--quiet"]
        process = subprocess.Popen(command("run", *job), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert relay.reached.wait(60)  # the line is dead now: it waits for an answer that does not come
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=10)
        assert process.returncode == 130, stderr
        assert json.loads(stdout)["exit_code"] == 130
        relay.open()
        relay.cut()
        assert wizard("run", *job).summary["instances"]["confirmed"] == 302


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--export", "out"],
        ["run", "--practice"],
        ["run", "--practice", "--source", ".", "--export", "out"],
        ["run", "--source", ".", "--to", "host", "--called-ae", "PACS", "--export", "out"],
        ["run", "--source", ".", "--to", "host:104", "--export", "out"],
        ["run", "--source", ".", "--to", "host:104", "--called-ae", "A TITLE THAT IS TOO LONG", "--export", "out"],
        ["run", "--practice", "--export", "out", "--formats", "docx"],
        ["run", "--practice", "--export", "out", "--formats", ","],
        ["run", "--practice", "--export", "out", "--syslog", "host:port"],
        ["run", "--practice", "--export", "out", "--syslog-cert", "of-what.pem"],
        ["run", "--practice", "--export", "out", "--syslog", "localhost", "--syslog-ca-file", "no-such-file.pem"],
        ["run", "--practice", "--export", "out", "--from-date", "yesterday"],
        ["run", "--practice", "--export", "out", "--associations", "17"],
        ["run", "--practice", "--export", "out", "--speed-limit", "fast"],
        ["run", "--practice", "--export", "out", "--speed-limit", "0"],
        ["run", "--practice", "--export", "out", "--speed-limit", "nan"],
        ["run", "--practice", "--export", "out", "--hours", "19-6"],
        ["run", "--practice", "--export", "out", "--rehearse", "--no-verify"],
        ["run", "--practice", "--export", "out", "--rehearse", "--retry-failed"],
        ["copy", "--manifest", "no-such-manifest.sqlite", "--rehearse"],
        ["discover"],
        ["copy"],
        ["verify", "--manifest", "no-such-manifest.sqlite"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_code_2_and_leaves_nothing_behind(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(project))
    monkeypatch.chdir(tmp_path)
    ended = wizard(*arguments)
    assert ended.code == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


# Another archive answers questions


def test_another_service_is_asked_until_the_one_that_stores_is_named_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    series(folder, 3)
    stores, answers = Pacs(), Pacs()
    answers.kept = stores.kept
    with stores.listening() as one, answers.listening() as other:
        which = ["--manifest", tmp_path / "m.sqlite", "--json"]
        there = [*to(one), "--find-to", other.address, "--find-ae", "QUERY"]
        done = wizard("run", "--source", folder, *there, *which, "--export", tmp_path / "out")
        assert done.code == 0, done.stderr
        assert done.summary["destination"] == f"{one}; queries go to QUERY at {other.address}"
        assert "  yes Does the new PACS allow queries? " in done.stderr
        assert stores.asked == [] and answers.asked
        assert done.summary["destination"] in (tmp_path / "out" / "report.html").read_text("utf-8")
        for name in (["--calling-ae", "OURS"], []):  # without a word of it
            assert wizard("verify", *to(one), *name, *which).summary["instances"]["confirmed"] == 3
        assert stores.asked == []
        itself = wizard("verify", *to(one), "--find-to", one.address, *which)
        assert (itself.summary["destination"], itself.code) == (str(one), 0)
        assert stores.asked
        title = wizard("source", *to(one), "--find-ae", "QUERY", *which)
        assert title.summary["destination"] == f"{one}; queries go to QUERY at {one.address}"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--find-ae", "QUERY"], "need --to HOST:PORT and --called-ae AE."),
        (["--find-to", "query:104"], "need --to HOST:PORT and --called-ae AE."),
        (
            ["--to", "pacs:104", "--called-ae", "PACS", "--find-to", "query:0"],
            "Enter a port from 1 to 65535 (often 104). The PACS administrator knows it.",
        ),
        (
            ["--to", "pacs:104", "--called-ae", "PACS", "--find-ae", "A" * 17],
            "The AE title of the system for queries",
        ),
    ],
)
def test_another_service_that_cannot_be_one_is_said_not_to_be(options: list[str], says: str, tmp_path: Path) -> None:
    expect_one_sentence(wizard("verify", "--manifest", tmp_path / "m.sqlite", *options), 2, says)
