r"""Converts paths between the form of the manifest and the form of the system.

Windows takes a path of more than 260 characters, and names that end in a dot or a space, only behind `\\?\`, or
`\\?\UNC\` for a share. A report should not show that, and the same folder must not have two names: the manifest keeps
paths without it. Everywhere else a path is the bytes that the system gave.

`nt` is a parameter so that both can be tested anywhere.
"""

from __future__ import annotations

import ntpath
import os

_PLAIN, _SHARE = "\\\\?\\", "\\\\?\\UNC\\"
_DEVICES = (_PLAIN, "\\\\.\\")
_NT = os.name == "nt"


def system_path(path: bytes, nt: bool = _NT) -> bytes | str:
    """The path for the system, from a path of the manifest. A relative path stays as it is."""
    if not nt:
        return path
    text = path.decode("utf-8", "surrogatepass")  # as os.fsdecode does on Windows: a lone surrogate stays what it is
    windows = text.replace("/", "\\")
    if windows.startswith(_DEVICES):
        return text
    normal = ntpath.normpath(windows)
    drive, rest = ntpath.splitdrive(normal)
    if drive.startswith("\\\\"):
        return _SHARE + normal[2:]
    if drive and rest.startswith("\\"):
        return _PLAIN + normal
    return text


def stored_path(path: bytes | str, nt: bool = _NT) -> bytes:
    """The path for the manifest, from a path that the system gave.

    A volume whose only name has the prefix keeps it.
    """
    if not nt:
        return os.fsencode(path)
    text = path if isinstance(path, str) else path.decode("utf-8", "surrogatepass")
    if text[: len(_SHARE)].upper() == _SHARE:
        text = "\\\\" + text[len(_SHARE) :]
    elif text.startswith(_PLAIN) and text[len(_PLAIN) + 1 :].startswith(":\\"):
        text = text[len(_PLAIN) :]
    return text.encode("utf-8", "surrogatepass")
