"""The tests, below this folder as the modules they test are below wizard/.

`python3 -m tests` makes all they need and runs them, after the checks of the source. This module names the
programs of other makers that they need, so that what is missing can be installed, or said.
"""

from __future__ import annotations

import os
import shutil
from ctypes.util import find_library

SYSTEM_TOOLS = {
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "storescp": "dcmtk",
    "Orthanc": "orthanc",
    "libfuse": "libfuse2",
}
"""Program or library -> the package of Debian and Ubuntu that brings it."""

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
    """Return the path of a program, also where only the administrator's search path has it, or a library's name."""
    if name.startswith("lib"):
        return find_library(name[3:])
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"]))
