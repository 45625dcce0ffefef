"""What all tests share: the markers' needs, and fixtures.

A test whose marker needs something that this computer lacks is skipped; the end of the run says so loudly.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Iterator, Tuple

import pytest
from hypothesis import settings

from tests import BUILDING_TOOLS, LARGE_TOOLS, SYSTEM_TOOLS, find_tool, ports
from tests.screen import ON_X11, own_screen
from tests.windows import wine
from wizard import language
from wizard.engine.files import readonly
from wizard.practice import archive

if TYPE_CHECKING:
    from tests.faults.certificates import Certificates

settings.register_profile("any computer", deadline=None)  # no test depends on how fast it is
settings.load_profile("any computer")

MARKERS = (
    *("screen", "orthanc", "dcmtk", "namespaces", "pdf", "fonts", "syslog", "spreadsheet", "browser"),
    *("wine", "binary"),
)
Drawn = Callable[[], Iterator[Tuple[str, bytes]]]


def missing_for(marker: str) -> str:
    """Say what the tests of a marker lack on this computer; nothing if they can run."""
    if marker == "wine":
        return wine.missing()
    tools = {
        "screen": ["Xvfb", "xdotool"] if ON_X11 else [],
        "orthanc": ["Orthanc"],
        "dcmtk": ["storescp"],
        "namespaces": ["ip"],
        "pdf": ["pdftotext"],
        "fonts": ["DroidSansFallbackFull.ttf", "NanumGothic.ttf"],
        "syslog": ["rsyslogd", "lmnsd_gtls.so"],
        "spreadsheet": ["soffice"],
        "browser": ["chromium"],
    }
    packages = {**SYSTEM_TOOLS, **LARGE_TOOLS, **BUILDING_TOOLS}
    for tool in tools.get(marker, BUILDING_TOOLS):
        if not find_tool(tool):
            return f"{tool} is not installed (Debian package {packages[tool]})"
    if marker == "binary" and (sys.platform != "linux" or os.geteuid()):
        return "only root can make a bare computer of a folder, and only on Linux"
    if marker == "screen" and not (find_spec("tkinter") and find_spec("_tkinter")):
        return "this Python has no tkinter (Debian package python3-tk)"
    if marker == "screen" and ON_X11 and not os.environ.get("DISPLAY"):
        return "Xvfb does not start"
    if marker == "namespaces" and subprocess.call(["unshare", "--net", "true"], stderr=subprocess.DEVNULL):
        return "this user may not make network namespaces"
    return ""


@pytest.hookimpl(trylast=True)  # after the tests are chosen, so that only chosen ones are counted
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Start what the chosen tests share, and leave out those that this computer cannot run.

    The process that hands the tests to workers collects none, and starts nothing.
    """
    from tests.end_of_run import LEFT_OUT  # not before pytest itself has imported that plugin

    until_the_end = ExitStack()
    config.add_cleanup(until_the_end.close)
    if any(item.get_closest_marker(marker) for item in items for marker in ("screen", "wine", "binary")):
        until_the_end.enter_context(own_screen())
    for marker in MARKERS:
        marked = [item for item in items if item.get_closest_marker(marker)]
        lack = missing_for(marker) if marked else ""
        for item in marked:
            if lack:
                item.add_marker(pytest.mark.skip(reason=lack))
                config.stash[LEFT_OUT][f"marked {marker}, because {lack}"] += 1


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests, and the programs they start, away from the person's own settings and migrations."""
    home = tmp_path_factory.mktemp("home")
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    if sys.platform == "win32":
        monkeypatch.setenv("LOCALAPPDATA", str(home))


@pytest.fixture(autouse=True)
def nothing_is_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin each test as a program that has just been started: without a source folder that it protects.

    What one test protects would slow down every change of a file in the tests after it.
    """
    monkeypatch.setattr(readonly, "_protected", frozenset())


@pytest.fixture(autouse=True)
def as_a_program_that_has_just_started() -> Iterator[None]:
    """Give back what a program sets for its whole life, where a test lets one run inside it: its language, its log."""
    names = ("wizard", "pydicom", "pynetdicom", "fontTools", "fpdf")
    before = {name: (one := logging.getLogger(name), one.level, one.propagate, one.handlers) for name in names}
    yield
    for log, level, propagate, handlers in before.values():
        log.setLevel(level)
        log.propagate, log.handlers = propagate, handlers
    language.use(language.ENGLISH)


@pytest.fixture(scope="session", autouse=True)
def draw_images() -> Iterator[Drawn]:
    """The images of the practice archive are drawn once for all tests, as they are always the same; yields what draws
    them."""
    draw = archive._healthy
    drawn: dict[str, bytes] = {}

    def once() -> Iterator[tuple[str, bytes]]:
        if not drawn:
            drawn.update(draw())
        return iter(drawn.items())

    archive._healthy = once
    yield draw
    archive._healthy = draw


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Those of encrypted connections, good and bad."""
    from tests.faults.certificates import Certificates

    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def free_port() -> int:
    """A TCP port of this computer on which nothing listens."""
    return ports.free_port()


@pytest.fixture
def project() -> Path:
    """The root folder of the source."""
    return Path(__file__).resolve().parent.parent
