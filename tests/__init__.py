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
    "ip": "iproute2",
}
"""Program or library -> the package of Debian and Ubuntu that brings it."""


def find_tool(name: str) -> str | None:
    """Return the path of a program, also where only the administrator's search path has it, or a library's name."""
    if name.startswith("lib"):
        return find_library(name[3:])
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"]))
