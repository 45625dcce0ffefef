"""Test the self-test: it passes on a whole program, names the fault of a broken one, and leaves no file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import wizard
from wizard import selftest
from wizard.language.json_form import from_json
from wizard.start import again

pytestmark = pytest.mark.long


def test_a_whole_program_says_so_in_one_line_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("DATA", "STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ended = wizard("--self-test")
    assert (ended.code, ended.stderr) == (0, "")
    assert ended.stdout.startswith("Self-test passed")
    assert ended.stdout.count("\n") == 1
    assert "the totals match" in ended.stdout
    assert list(tmp_path.iterdir()) == []


def test_what_fails_is_named_and_the_exit_code_is_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = (
        "import sys; from wizard import selftest; from wizard.cli import arguments\n"
        "selftest.ssl.OPENSSL_VERSION = None; sys.exit(arguments.main())"
    )
    monkeypatch.setattr(again, "command", lambda: [sys.executable, "-c", broken])
    assert selftest.main() == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("SELF-TEST FAILED in encryption: AttributeError")


def test_a_program_that_dies_has_failed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(again, "command", lambda: [sys.executable, "-c", "import os; os._exit(9)"])
    assert selftest.main() == 1
    assert "ended with exit code 9" in capsys.readouterr().err


BROKEN = {
    "papers that cannot be written": (
        "from wizard.engine import export\ndef fail(*_): raise OSError('the disk is full')\nexport.run = fail",
        "SELF-TEST FAILED in steps: OSError: the disk is full",
    ),
    "a typeface that was left out": (
        "from wizard.report import typefaces\ntypefaces.BOLD = typefaces.HERE / 'nothing.ttf'",
        "SELF-TEST FAILED in typefaces: FileNotFoundError",
    ),
    "another typeface than the program's own": (
        "from wizard.report import typefaces\ntypefaces.BOLD = typefaces.REGULAR",
        "SELF-TEST FAILED in typefaces: NotWhole: the typefaces in the PDF are",
    ),
    "no shaping of letters": (
        "sys.modules['uharfbuzz'] = None",
        "SELF-TEST FAILED in typefaces: FPDFException",
    ),
    "a report without typefaces": (
        "from wizard.report import pdf\npdf.pages = lambda *_: iter([b'%PDF-1.3'])",
        "SELF-TEST FAILED in steps: NotWhole: the typefaces in the PDF are",
    ),
}


@pytest.mark.parametrize("what", list(BROKEN))
def test_what_is_wrong_with_the_report_files_is_found(tmp_path: Path, project: Path, what: str) -> None:
    breaking, said = BROKEN[what]
    program = f"import sys; from pathlib import Path; from wizard import selftest\n{breaking}\n"
    program += "sys.exit(selftest.run(Path(sys.argv[1])))"
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=str(project))
    assert ended.returncode == 1
    assert str(from_json((tmp_path / "result.json").read_text("utf-8"))).startswith(said)
