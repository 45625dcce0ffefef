"""The tests, below this folder as the modules they test are below wizard/.

`python3 -m tests` makes all they need and runs them, after the checks of the source. This module names the
programs of other makers that they need, so that what is missing can be installed, or said.
"""

from __future__ import annotations

import os
import shutil
from ctypes.util import find_library
from pathlib import Path

SYSTEM_TOOLS = {
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "storescp": "dcmtk",
    "Orthanc": "orthanc",
    "libfuse": "libfuse2",
    "ip": "iproute2",
    "pdftotext": "poppler-utils",
    "rsyslogd": "rsyslog",
    "lmnsd_gtls.so": "rsyslog-gnutls",
    "DroidSansFallbackFull.ttf": "fonts-droid-fallback",
    "NanumGothic.ttf": "fonts-nanum",
}
"""Program, library or file -> the package of Debian and Ubuntu that brings it."""
LARGE_TOOLS = {"soffice": "libreoffice-calc", "chromium": "chromium"}
"""The same for what is too large to be installed unasked: the tests that need it run where it is."""

_FOLDERS = {"ttf": ("/usr/share/fonts",), ".so": ("/usr/lib", "/usr/lib64")}

WINE_TOOLS = {
    "wine": "wine",
    "x86_64-w64-mingw32-gcc-win32": "gcc-mingw-w64-x86-64-win32",
    "x86_64-w64-mingw32-dlltool": "binutils-mingw-w64-x86-64",
    "gendef": "mingw-w64-tools",
    "libtk8.6": "libtk8.6",
}
"""The same for the Windows Python under Wine (tests/windows)."""

BUILDING_TOOLS = {"gcc": "gcc", "patchelf": "patchelf", "ccache": "ccache"}
"""The same for the single binary; without ccache it takes longer each time."""


def find_tool(name: str) -> str | None:
    """Return the path of a program, also where only the administrator's search path has it; of a file; or a library's
    name."""
    if name.startswith("lib"):
        return find_library(name[3:])
    if name.endswith((".ttf", ".so")):
        found = (path for folder in _FOLDERS.get(name[-3:], ()) for path in Path(folder).rglob(name))
        return next((str(path) for path in found), None)
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"]))
