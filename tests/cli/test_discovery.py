"""The step Discover on the command line: the test with its kinds of images, the network search, the text."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest
from pydicom.uid import JPEGLosslessSV1

from tests.cli.test_arguments import expect_one_sentence
from tests.engine.pacs import Pacs
from tests.engine.sockets import watched
from tests.engine.stage import image, read, series
from tests.faults.silent import closed, filtered
from tests.running import Ended, command, to, wizard
from wizard import language, settings
from wizard.cli import headless, parser
from wizard.dicom import kinds
from wizard.dicom.destination import Destination
from wizard.engine.discover import supported_kinds
from wizard.practice.pacs import PracticePacs

pytestmark = pytest.mark.long

JPEG = str(JPEGLosslessSV1)


def discover(*words: object) -> int:
    """The command in this process; returns its exit code."""
    return headless.main(parser.make().parse_args(["discover", *map(str, words)]))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    series(folder, 2)
    (folder / "compressed").write_bytes(image("1.7.1", syntax=JPEGLosslessSV1))
    return folder


# Looking at the network


def test_the_network_is_looked_at_and_a_pacs_that_lets_us_in_is_success(tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs, closed() as shut:
        ports = f"{pacs.port},{shut}"
        shown = wizard("discover", "--network", "127.0.0.1-2", "--ports", ports, "--called-ae", "PRACTICE")
        found = wizard("discover", "--network", "127.0.0.1-2", "--ports", ports, "--called-ae", "PRACTICE", "--json")
    assert shown.code == found.code == found.summary["exit_code"] == 0
    assert f"127.0.0.1:{pacs.port}: " in shown.stdout
    assert "AE title: PRACTICE." in shown.stdout and "pynetdicom" in shown.stdout
    assert shown.stdout.splitlines()[-1].startswith(f"2 addresses were searched, ports: {pacs.port}, {shut}.")
    assert f"127.0.0.1:{pacs.port}: " not in shown.stderr
    assert list(found.summary) == [
        *("began", "calling_ae", "text", "ports", "titles", "addresses", "seconds", "stopped", "tried", "closed"),
        *("silent", "not_tried", "found", "exit_code"),
    ]
    assert (found.summary["tried"], found.summary["closed"]) == (4, 3)
    (one,) = found.summary["found"]
    assert (one["host"], one["port"], one["answer"], one["called_ae"]) == (
        "127.0.0.1",
        pacs.port,
        "accepts",
        "PRACTICE",
    )
    assert [kept["text"] for kept in settings.scans()] == ["127.0.0.1-2"] * 2


def test_one_that_does_not_know_us_is_a_success_too_and_a_network_without_any_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs, closed() as shut:
        assert discover("--network", "127.0.0.1", "--ports", pacs.port, "--json") == 0
        (one,) = json.loads(capsys.readouterr().out)["found"]
        assert one["answer"] == "refuses" and "“ANY-SCP”" in one["sentence"]
        assert discover("--network", "127.0.0.1", "--ports", shut, "--json") == 4
        assert json.loads(capsys.readouterr().out)["found"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--network", "10.0.0.0/8"], ("more than 1,024 addresses",)),
        (["--network", "10.0.0.0/8", "--wide"], ("more than 65,536 addresses",)),
        (["--network", "10.0.0.x.y/8"], ("is not a network",)),
        (["--network", "127.0.0.1", "--to", "127.0.0.1:104"], ("cannot be combined",)),
        (["--network", "127.0.0.1", "--letter"], ("cannot be combined",)),
        (["--network", "127.0.0.1", "--ca-file", "none.pem"], ("need --tls",)),
        (["--ports", "104", "--to", "127.0.0.1:104", "--called-ae", "A"], ("need --network",)),
        (["--letter"], ("Specify the new PACS",)),
        ([], ("Specify the new PACS", "--network RANGE")),
    ],
)
def test_wrong_use_is_one_sentence(
    arguments: list[str], words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code = discover(*arguments)
    expect_one_sentence(Ended(code, {}, "", capsys.readouterr().err), 2, *words)


def test_a_port_that_is_none_is_said_to_be_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        discover("--network", "127.0.0.1", "--ports", "104,http")
    assert "“http” is not a number from 1 to 65535" in capsys.readouterr().err


def test_a_look_can_be_interrupted_and_is_written_down_all_the_same(tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs, filtered() as silent:
        look = command("discover", "--network", "127.0.0.1,127.3.0.0/22", "--ports", f"{pacs.port},{silent}")
        with subprocess.Popen(look, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert f"127.0.0.1:{pacs.port}: ".encode() in process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 130
    (kept,) = settings.scans()
    assert kept["stopped"] is True and kept["found"]


# The test


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the library knew no other kinds of images."""
    monkeypatch.setattr(kinds, "every", lambda: supported_kinds.COMMON)


def test_the_pacs_is_asked_about_and_what_it_takes_is_kept_for_check(
    few: None, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pacs = Pacs(answer=lambda sop_class, syntax: (4 if syntax == JPEG else 0, syntax))
    with pacs.listening() as destination:
        with read(source, destination) as manifest:
            path = manifest.path
        assert discover("--manifest", path, "--json") == 0
    rung = json.loads(capsys.readouterr().out)["rungs"][4]
    assert list(rung) == ["name", "passed", "sentence", "details", "who", "seconds", "code"]
    assert rung["name"] == "takes images" and rung["seconds"] > 0
    assert "Not accepted: “CT Image Storage” in the format “JPEG Lossless" in rung["sentence"]
    away = wizard("check", "--manifest", path)
    assert away.code == 4, "the PACS is gone"
    assert "The new PACS does not accept " in away.stdout


def test_a_check_says_how_long_it_took_if_it_did(few: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        assert discover(*to(Destination("127.0.0.1", pacs.port, "PRACTICE"))) == 0
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("  yes ")]
    assert len(said) == 6 and not any("(0 s)" in line or "(0.0 s)" in line for line in said)


@pytest.mark.parametrize("quiet", [False, True])
def test_the_result_goes_to_standard_output_and_the_checks_to_standard_error(
    quiet: bool, few: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        where = ["--to", f"127.0.0.1:{pacs.port}", *(["--quiet"] if quiet else [])]
        assert discover(*where, "--called-ae", "PRACTICE") == 0
        said = capsys.readouterr()
        assert said.out == "The connection test has passed.\n"
        assert said.err.count("  yes ") == (0 if quiet else 6)
        assert discover(*where, "--called-ae", "WRONG") == 4
        failed = capsys.readouterr()
    (sentence,) = failed.out.splitlines()
    assert "“WRONG”" in sentence and sentence.endswith("Action by: the administrator of the new PACS.")


def test_a_failed_check_has_the_code_of_its_error(
    few: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], free_port: int
) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        assert discover("--to", f"127.0.0.1:{pacs.port}", "--called-ae", "WRONG", "--json") == 4
    codes = [rung["code"] for rung in json.loads(capsys.readouterr().out)["rungs"]]
    assert codes == ["", "", "association_rejected", "", "", ""]
    assert discover("--to", f"127.0.0.1:{free_port}", "--called-ae", "NEW", "--json") == 4
    codes = [rung["code"] for rung in json.loads(capsys.readouterr().out)["rungs"]]
    assert codes == ["", "connection_refused", "", "", "", ""]


# The text for the administrator


def test_the_text_is_printed_in_both_languages_and_nobody_is_contacted(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets = watched(monkeypatch)
    pacs = ["--to", "127.0.0.1:1", "--called-ae", "NEWPACS", "--calling-ae", "OURS"]
    assert discover(*pacs, "--letter") == 0
    assert capsys.readouterr().out.startswith("Connection for copying the images of our old PACS")
    assert discover(*pacs, "--letter", "de") == 0
    german = capsys.readouterr().out
    assert german.startswith("Verbindung zum Kopieren der Bilder") and "NEWPACS" in german and "OURS" in german
    language.use("de")
    assert discover(*pacs, "--letter") == 0
    assert capsys.readouterr().out == german, "without a word it is in the language of the command line"
    language.use("en")
    with read(source, Destination("127.0.0.1", 1, "NEWPACS")) as manifest:
        path = manifest.path
    assert discover("--manifest", path, "--letter", "--json") == 0
    letter = json.loads(capsys.readouterr().out)["letter"]
    assert "CT Image Storage (1.2.840.10008.5.1.4.1.1.2)" in letter and JPEG in letter
    assert sockets.contacted == set()
