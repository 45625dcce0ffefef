"""Test the Linux binary on a bare computer: it passes its self-test, shows its window, and leaves few files."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from pathlib import Path

import pytest

from tests.binary import window
from tests.binary.bare import NOBODY, BareComputer
from wizard.start.bootstrap import ROOT

pytestmark = [pytest.mark.binary, pytest.mark.screen, pytest.mark.timeout(3600)]

CACHE = "home/receptionist/.cache/dicom-pacs-migrator/"
DATA = "home/receptionist/.local/share/dicom-pacs-migrator"
FONTS = "home/receptionist/.cache/fontconfig/"  # the system's library of fonts keeps its own


def test_it_is_smaller_than_45_mb_and_its_sum_stands_beside_it(binary: Path) -> None:
    assert binary.stat().st_size < 45e6
    subprocess.run(["sha256sum", "--check", f"{binary.name}.sha256"], cwd=str(binary.parent), check=True)
    licences = binary.with_name(f"{binary.name}.licences.txt").read_text("utf-8")
    assert "MIT License" in licences and "DejaVuSansCondensed.ttf" in licences
    assert "libreadline" not in licences  # it is under the GPL


def test_alone_on_a_bare_computer_it_passes_its_self_test_and_leaves_only_its_cache(
    bare: BareComputer, figures: list[str]
) -> None:
    done = bare.run("--self-test", display=os.environ["DISPLAY"])
    assert done.returncode == 0, done.stdout
    figures.append(f"alone on a bare computer: {done.stdout.strip()}")
    assert "compiled" in done.stdout and "window with Tk" in done.stdout
    assert [file for file in bare.files() if not file.startswith((CACHE, FONTS))] == []


def test_without_a_screen_it_says_so_in_one_sentence(bare: BareComputer) -> None:
    done = bare.run()
    assert done.returncode == 2
    assert done.stdout.startswith("There is no screen here for the window.")
    assert "dicom-pacs-migrator run --help" in done.stdout


def test_a_run_leaves_its_cache_and_what_practice_keeps(bare: BareComputer) -> None:
    done = bare.run("run", "--practice", "--export", "/home/receptionist/report", "--quiet")
    assert done.returncode == 3, done.stdout  # the practice archive holds what cannot be copied
    left = [file for file in bare.files() if not file.startswith((CACHE, DATA, FONTS))]
    assert left and all(file.startswith("home/receptionist/report/") for file in left)


def test_the_window_shows_and_closes_when_it_is_told_to(bare: BareComputer, figures: list[str], tmp_path: Path) -> None:
    for kind in ("cold", "warm"):
        started = time.monotonic()
        with subprocess.Popen(bare.command("--practice", display=os.environ["DISPLAY"])) as running:
            seconds = window.seconds_until_it_shows(started)
            figures.append(f"Linux, Python {platform.python_version()}, {kind} start to the window: {seconds:.2f} s")
            if kind == "warm":
                window.picture(Path(os.environ.get("PICTURES", str(tmp_path))) / "binary-linux.png")
            children = Path(f"/proc/{running.pid}/status").read_text()
            assert f"Uid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}" in children  # with the rights of the user alone
            running.terminate()
            assert running.wait(20) is not None


def test_every_data_file_of_the_program_is_inside(bare: BareComputer) -> None:
    assert bare.run("--version").returncode == 0
    (unpacked,) = (bare.home / ".cache" / "dicom-pacs-migrator").glob("binary-*")
    files = [path for path in (ROOT / "wizard").rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert {"schema.sql", "DejaVuSansCondensed.ttf"} < {path.name for path in files}
    for path in files:
        assert (unpacked / path.relative_to(ROOT)).read_bytes() == path.read_bytes()


def test_what_was_changed_in_its_cache_is_put_right_at_the_next_start(bare: BareComputer) -> None:
    assert bare.run("--version").returncode == 0
    (unpacked,) = (bare.home / ".cache" / "dicom-pacs-migrator").glob("binary-*")
    library = next(unpacked.glob("_ctypes*.so"))
    content = library.read_bytes()
    library.write_bytes(content[:5000] + b"!" + content[5001:])
    assert bare.run("--version").returncode == 0
    assert library.read_bytes() == content
