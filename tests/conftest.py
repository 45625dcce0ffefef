"""What all tests share: the markers' needs, and fixtures.

A test whose marker needs something that this computer lacks is skipped; the end of the run says so loudly.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Iterator, Tuple

import pytest
from hypothesis import settings

from tests import BUILDING_TOOLS, LARGE_TOOLS, SYSTEM_TOOLS, find_tool
from tests.windows import wine
from wizard.practice import archive

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter  # pytest names it only in the lines after Python 3.8

    from tests.faults.certificates import Certificates

settings.register_profile("any computer", deadline=None)  # no test depends on how fast it is
settings.load_profile("any computer")

MARKERS = (
    *("screen", "orthanc", "dcmtk", "namespaces", "pdf", "fonts", "syslog", "spreadsheet", "browser"),
    *("wine", "binary"),
)
Drawn = Callable[[], Iterator[Tuple[str, bytes]]]
LEFT_OUT = pytest.StashKey["Counter[str]"]()
TABLE = pytest.StashKey["list[str]"]()
"""Lines of a table that a test wants to be read at the end of the run."""


def missing_for(marker: str) -> str:
    """Say what the tests of a marker lack on this computer; nothing if they can run."""
    on_x11 = sys.platform not in ("win32", "darwin")
    if marker == "wine":
        return wine.missing()
    tools = {
        "screen": ["Xvfb", "xdotool"] if on_x11 else [],
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
    if marker == "screen" and on_x11 and not os.environ.get("DISPLAY"):
        return "there is no screen (python3 -m tests starts one)"
    if marker == "namespaces" and subprocess.call(["unshare", "--net", "true"], stderr=subprocess.DEVNULL):
        return "this user may not make network namespaces"
    return ""


@pytest.hookimpl(trylast=True)  # after the tests are chosen, so that only chosen ones are counted
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out: Counter[str] = Counter()
    for marker in MARKERS:
        marked = [item for item in items if item.get_closest_marker(marker)]
        lack = missing_for(marker) if marked else ""
        for item in marked:
            if lack:
                item.add_marker(pytest.mark.skip(reason=lack))
                left_out[f"marked {marker}, because {lack}"] += 1
    config.stash[LEFT_OUT] = left_out


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    for what, count in config.stash.get(LEFT_OUT, Counter()).items():
        terminalreporter.write_line(f"LEFT OUT: {count} {what}", red=True, bold=True)
    for line in config.stash.get(TABLE, []):
        terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests, and the programs they start, away from the person's own settings and migrations."""
    home = tmp_path_factory.mktemp("home")
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    if sys.platform == "win32":
        monkeypatch.setenv("LOCALAPPDATA", str(home))


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
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture
def project() -> Path:
    """The root folder of the source."""
    return Path(__file__).resolve().parent.parent
