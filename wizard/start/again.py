"""Build the command line that starts this program once more: from source, or the compiled binary."""

from __future__ import annotations

import os
import sys

from wizard.start import bootstrap


def command() -> list[str]:
    """Return the command line that starts this program, to be followed by arguments.

    A compiled binary was unpacked when it started. The command starts the unpacked program again, not the file that
    unpacks it.
    """
    if not bootstrap.is_compiled():
        return [sys.executable, "-m", "wizard"]
    if sys.platform == "win32":  # the first argument is there as it was typed: often neither a path nor an .exe
        import ctypes

        name = ctypes.create_unicode_buffer(32768)
        ctypes.windll.kernel32.GetModuleFileNameW(None, name, len(name))
        return [name.value]
    try:
        return [os.readlink("/proc/self/exe")]
    except OSError:  # only Linux has it
        return [os.path.abspath(sys.argv[0])]
