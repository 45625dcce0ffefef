"""Test on Windows without a Windows machine: a Windows Python 3.8 under Wine, made of packages of the usual registries.

Wine calls itself Windows 7 (6.1.7601). A passed test is evidence and no proof; nothing here ran on a real Windows.
"""

from __future__ import annotations

import sys


def on_wine() -> bool:
    """Whether this is a Windows Python, and Windows is Wine."""
    if sys.platform != "win32":
        return False
    import ctypes

    return hasattr(ctypes.windll.ntdll, "wine_get_version")
