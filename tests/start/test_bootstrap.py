"""The first run from source, on a small program with the real bootstrap.

A copy of the bootstrap is put beside a program of a few lines, which needs one package that is made here and
found in a folder: the whole mechanism runs, without the network. The interpreter has Python and nothing else.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from wizard.start import bootstrap

starts_python = pytest.mark.long
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 and Debian are what it is about")
PROGRAM = """
import sys
def main():
    import practice_package
    print("result", practice_package.ANSWER, *sys.argv[1:])
    return 3
"""


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python without any package, not even pip."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return bootstrap._python_of(folder)


class Source:
    """A clone of a program: the bootstrap, a lock of one package, a command line that prints what it got."""

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder, self.python, self.cache = folder, python, folder / "cache"
        self.lock = folder / bootstrap._lock_file("").relative_to(bootstrap.ROOT)
        shutil.copytree(bootstrap.ROOT / "wizard", folder / "wizard", ignore=lambda _, names: {*names} - MODULES)
        (folder / "wizard" / "cli").mkdir()
        (folder / "wizard" / "cli" / "arguments.py").write_text(PROGRAM, encoding="utf-8")
        (folder / "wheels").mkdir()
        self.hash = make_wheel(folder / "wheels")
        self.write_lock(self.hash)
        project = '[project]\ndependencies = [\n    "practice-package>=1,<2",\n]\n'
        (folder / "pyproject.toml").write_text(project, encoding="utf-8")
        self.environment = {
            **os.environ,
            "XDG_CACHE_HOME": str(self.cache),
            "LOCALAPPDATA": str(self.cache),
            "HOME": str(folder / "home"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_FIND_LINKS": str(folder / "wheels"),
            "PIP_NO_INDEX": "1",
        }
        for name in ("PYTHONPATH", "PYTHONPYCACHEPREFIX"):
            self.environment.pop(name, None)

    def write_lock(self, digest: str) -> None:
        text = f"practice-package==1.0 \\\n    --hash=sha256:{digest}\n"
        self.lock.parent.mkdir(exist_ok=True)
        self.lock.write_text(text, encoding="utf-8")

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.python), "-m", "wizard", *arguments],
            cwd=str(self.folder),
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        with self.start(*arguments, **environment) as process:
            output, messages = process.communicate()
        return process.returncode, output, messages

    def environment_folder(self) -> Path:
        """Where this source's environment belongs, as the bootstrap itself says."""
        ask = "from wizard.start import bootstrap; print(bootstrap._environment_folder(''))"
        command = [str(self.python), "-c", ask]
        said = subprocess.check_output(command, cwd=str(self.folder), env=self.environment, encoding="utf-8")
        return Path(said.strip())

    def environments(self) -> list[Path]:
        return [path.parent for path in self.cache.rglob("pyvenv.cfg")]


MODULES = {"__init__.py", "__main__.py", "start", "bootstrap.py"}


def make_wheel(folder: Path) -> str:
    """Write practice_package 1.0 as a wheel; returns its SHA-256."""
    info = "practice_package-1.0.dist-info"
    files = {
        "practice_package.py": "ANSWER = 42\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: practice-package\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    wheel = folder / "practice_package-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


@pytest.fixture
def source(tmp_path: Path, bare_python: Path) -> Source:
    return Source(tmp_path, bare_python)


@starts_python
def test_first_run_sets_up_and_goes_on_and_the_second_starts_at_once(source: Source) -> None:
    code, output, messages = source.run("run", "--export", "a folder")
    assert (code, output) == (3, "result 42 run --export a folder\n")
    assert [line.startswith("Setting up, first run only: ") for line in messages.splitlines()] == [True, True]
    (made,) = source.environments()
    before = (made / "finished").stat().st_mtime_ns

    assert source.run("run") == (3, "result 42 run\n", "")
    assert source.environments() == [made]
    assert (made / "finished").stat().st_mtime_ns == before


@starts_python
def test_interrupted_set_up_is_started_over(source: Source) -> None:
    made = source.environment_folder()
    made.mkdir(parents=True)
    (made / "half").write_text("what an interrupted start left", encoding="utf-8")

    code, output, messages = source.run("run")
    assert (code, output) == (3, "result 42 run\n")
    assert "Setting up" in messages
    assert not (made / "half").exists()


@starts_python
def test_two_first_runs_at_once_make_one_environment(source: Source) -> None:
    processes = [source.start("run", name) for name in ("one", "two")]
    results = [process.communicate() for process in processes]
    assert [output for output, _ in results] == ["result 42 run one\n", "result 42 run two\n"]
    assert sum("a private environment" in messages for _, messages in results) == 1
    assert len(source.environments()) == 1


@starts_python
def test_another_lock_gets_another_environment(source: Source) -> None:
    before = source.environment_folder()
    source.write_lock("0" * 64)
    assert source.environment_folder() != before


@starts_python
def test_packages_of_the_user_and_of_pip_settings_are_left_alone(source: Source) -> None:
    elsewhere = source.folder / "elsewhere"
    code, _, messages = source.run("run", PIP_USER="1", PIP_TARGET=str(elsewhere), PIP_PREFIX=str(elsewhere))
    assert code == 3, messages
    assert not elsewhere.exists()
    assert not list((source.folder / "home").rglob("practice_package*"))


@starts_python
def test_package_with_another_hash_is_not_used(source: Source) -> None:
    source.write_lock("0" * 64)
    code, output, messages = source.run("run")
    assert (code, output) == (2, "")
    assert "failed its integrity check and was not used" in messages
    assert source.hash in messages  # in the details
    assert "Traceback" not in messages


@starts_python
def test_unreachable_package_index_is_said_in_one_sentence(source: Source, free_port: int) -> None:
    index = f"http://127.0.0.1:{free_port}/simple"
    code, output, messages = source.run(
        "run", PIP_NO_INDEX="0", PIP_FIND_LINKS="", PIP_INDEX_URL=index, PIP_RETRIES="1", NO_PROXY="127.0.0.1"
    )
    assert (code, output) == (2, "")
    sentence, details = messages.split("\nDetails:\n")
    assert "the package index cannot be reached" in sentence.splitlines()[-1]
    assert "practice-package" in details


@starts_python
def test_package_that_is_nowhere_ready_made_is_said_in_one_sentence(source: Source) -> None:
    shutil.rmtree(source.folder / "wheels")
    code, _, messages = source.run("run")
    assert code == 2
    assert "there is no ready-made package" in messages


@starts_python
def test_cache_folder_that_cannot_be_used_is_said_in_one_sentence(source: Source) -> None:
    source.cache.write_text("a file where a folder is wanted", encoding="utf-8")
    code, output, messages = source.run("run")
    assert (code, output) == (2, "")
    assert messages.startswith(f"The folder {source.cache}")
    assert "Traceback" not in messages


@starts_python
@on_linux
def test_window_without_a_screen_is_refused_before_anything_is_set_up(source: Source) -> None:
    for arguments in ([], ["--practice"]):
        code, output, messages = source.run(*arguments, DISPLAY="")
        assert (code, output) == (2, "")
        assert "no display was found" in messages and "wizard run" in messages
        assert len(messages.splitlines()) == 1
    assert not source.cache.exists()


@starts_python
@pytest.mark.parametrize(
    ("lacking", "arguments", "said"),
    [
        ("_tkinter", [], "module tkinter is"),
        ("ensurepip", ["run"], "module venv is"),
        ("ensurepip _tkinter", [], "modules tkinter and venv are"),
    ],
)
def test_missing_part_of_python_is_named(source: Source, lacking: str, arguments: list[str], said: str) -> None:
    hide = (
        "import importlib.util as util, runpy, sys\n"
        "real = util.find_spec\n"
        f"util.find_spec = lambda name: None if name in {lacking.split()} else real(name)\n"
        "runpy.run_module('wizard', run_name='__main__', alter_sys=True)\n"
    )
    result = subprocess.run(
        [str(source.python), "-c", hide, *arguments],
        cwd=str(source.folder),
        env={**source.environment, "DISPLAY": ":0"},
        capture_output=True,
        encoding="utf-8",
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert f"The Python {said} not installed. Install " in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert ("wizard run" in result.stderr) == (said == "module tkinter is")


@on_linux
def test_debian_package_is_named_for_debian_s_own_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "find_spec", lambda name: None)
    monkeypatch.setattr(Path, "exists", lambda path: path == Path("/etc/debian_version"))
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    assert "sudo apt install python3-tk python3-venv" in bootstrap.obstacle(window=True, set_up=True)
    monkeypatch.setattr(sys, "base_prefix", "/opt/python")
    assert "apt" not in bootstrap.obstacle(window=True, set_up=True)


def test_old_python_is_told_which_is_needed(project: Path) -> None:
    source = (project / "wizard" / "__main__.py").read_text(encoding="utf-8")
    assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.AnnAssign, ast.JoinedStr))]
    pretend = "import runpy, sys; sys.version_info = (3, 6, 15); runpy.run_module('wizard', run_name='__main__')"
    result = subprocess.run([sys.executable, "-c", pretend], cwd=str(project), stderr=subprocess.PIPE, encoding="utf-8")
    assert (result.returncode, result.stderr) == (
        2,
        "Python 3.8 or newer is needed; this is Python 3.6.\n",
    )


def test_nothing_is_done_where_all_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_make", lambda *_: pytest.fail("made an environment"))
    monkeypatch.setattr(bootstrap, "_start_again", lambda *_: pytest.fail("started again"))
    bootstrap.prepare("wizard", ["run"])


@pytest.mark.parametrize(("where", "name"), [(sys, "frozen"), (bootstrap, "__compiled__")])
def test_nothing_is_done_in_a_compiled_binary(monkeypatch: pytest.MonkeyPatch, where: object, name: str) -> None:
    monkeypatch.setattr(where, name, True, raising=False)
    monkeypatch.setattr(bootstrap, "_environment_folder", lambda _: pytest.fail("looked for an environment"))
    bootstrap.prepare("wizard", [], window=True)


@pytest.mark.parametrize(
    ("arguments", "window"),
    [
        ([], True),
        (["--practice"], True),
        (["--language", "de"], True),
        (["--practice", "--language=de"], True),
        (["--language", "de", "run"], False),
        (["--help"], False),
        (["-h"], False),
        (["--version"], False),
        (["run", "--practice"], False),
        (["practice-pacs"], False),
    ],
)
def test_window_is_asked_for_without_a_step(arguments: list[str], window: bool) -> None:
    assert bootstrap.asks_for_window(arguments) is window


@pytest.mark.parametrize(
    ("version", "requirement", "fits"),
    [
        ("2.4.4", "pydicom>=2.4.4,<4", True),
        ("2.4.3", "pydicom>=2.4.4,<4", False),
        ("3.0.2", "pydicom>=2.4.4,<4", True),
        ("4.0.0", "pydicom>=2.4.4,<4", False),
        ("1.17.0", "ttkbootstrap==1.17.*", True),
        ("1.170.0", "ttkbootstrap==1.17.*", False),
        ("10.4.0", "Pillow>=10,<12", True),
        ("9.5.0", "Pillow>=10,<12", False),
        ("0.2.0", "ifaddr", True),
    ],
)
def test_versions_are_compared_as_numbers(version: str, requirement: str, fits: bool) -> None:
    assert bootstrap.suits(version, requirement) is fits


def test_requirements_are_those_of_the_project(project: Path) -> None:
    tomllib = pytest.importorskip("tomllib", reason="Python reads TOML from 3.11 on")
    table = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert bootstrap.requirements() == table["dependencies"]
    assert bootstrap.requirements("dev") == table["dependencies"] + table["optional-dependencies"]["dev"]


@pytest.mark.parametrize("extra", ["", "dev", "build"])
def test_lock_has_every_requirement_with_its_hash_and_no_address(extra: str) -> None:
    text = bootstrap._lock_file(extra).read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==([\d.]+).* \\\n    --hash=sha256:", text, re.MULTILINE))
    entries = re.findall(r"^([\w.-]+)==", text, re.MULTILINE)
    assert set(entries) == set(pinned)
    for line in bootstrap.requirements(extra):
        name = re.split(r"[<>=]", line)[0].lower()
        assert bootstrap.suits(pinned[name], line), line
    assert "://" not in text


@starts_python
def test_locked_packages_install_and_load_on_this_python(tmp_path: Path, bare_python: Path, project: Path) -> None:
    """Takes the packages from the index that pip is set up for."""
    shutil.copy(project / "pyproject.toml", tmp_path)
    shutil.copytree(project / "requirements", tmp_path / "requirements")
    shutil.copytree(project / "wizard", tmp_path / "wizard", ignore=lambda _, names: {*names} - MODULES)
    loads = "import fpdf, ifaddr, PIL.Image, platformdirs, pydicom, pynetdicom\ndef main(): print('loaded')\n"
    (tmp_path / "wizard" / "cli").mkdir()
    (tmp_path / "wizard" / "cli" / "arguments.py").write_text(loads, encoding="utf-8")
    result = subprocess.run(
        [str(bare_python), "-m", "wizard", "run"],
        cwd=str(tmp_path),
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
    )
    assert (result.returncode, result.stdout) == (0, "loaded\n"), result.stderr


def test_a_binary_without_a_screen_names_itself_and_not_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "is_compiled", lambda: True)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "argv", ["/opt/dicom-pacs-migrator"])
    monkeypatch.delenv("DISPLAY", raising=False)
    said = bootstrap.obstacle(window=True)
    assert said.startswith("The window cannot be opened, because no display was found")
    assert "'dicom-pacs-migrator run --help'" in said
    assert "python3" not in said
