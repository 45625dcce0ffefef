"""What the operating system reports, as words that stand behind a colon: "The file could not be read: {why}."

The texts of the system itself are in the language of the system, or in English. Those that are usual are said here.
"""

from __future__ import annotations

import errno

from wizard.language.message import Message

_NOT_FOUND = Message("the file or folder was not found")
_DENIED = Message("access was denied")
_FULL = Message("the disk is full")
_QUOTA = Message("this user has used up the disk space that is allowed")
_NO_FOLDER = Message("a part of the path is not a folder")
_TAKEN = Message("the name is already in use")
_TOO_LONG = Message("the name or path is too long")
_BROKEN = Message("the drive or share reported a read or write error")
_READ_ONLY = Message("the drive or share is read-only")
_NOT_READY = Message("the drive is not ready")
_IN_USE = Message("another program is using the file or folder")
_TOO_MANY = Message("too many files are open on this computer")
_NO_NETWORK_PATH = Message("the network path was not found")
_TIME_OUT = Message("there was no response in time")
_COMPUTER_AWAY = Message("the other computer cannot be reached")
_NETWORK_AWAY = Message("the network cannot be reached")
_REFUSED = Message("the connection was rejected")
_CLOSED = Message("the other computer closed the connection")

#: By the names in `errno`; a system does not have all of them.
_BY_NAME: dict[str, Message] = {
    **{"ENOENT": _NOT_FOUND, "EACCES": _DENIED, "EPERM": _DENIED, "ENOSPC": _FULL, "EDQUOT": _QUOTA},
    **{"ENOTDIR": _NO_FOLDER, "EISDIR": Message("it is a folder"), "EEXIST": _TAKEN, "ENAMETOOLONG": _TOO_LONG},
    **{"EIO": _BROKEN, "EROFS": _READ_ONLY, "EBUSY": _IN_USE, "ETXTBSY": _IN_USE, "EMFILE": _TOO_MANY},
    **{"ENFILE": _TOO_MANY, "ETIMEDOUT": _TIME_OUT, "EHOSTUNREACH": _COMPUTER_AWAY, "ENETUNREACH": _NETWORK_AWAY},
    **{"ECONNREFUSED": _REFUSED, "ECONNRESET": _CLOSED},
}
_BY_ERRNO = {getattr(errno, name): said for name, said in _BY_NAME.items() if hasattr(errno, name)}

# Codes of Windows (winerror.h). Python makes an errno of each, and gives several of these the same one: a file that is
# in use and a drive that is not ready have that of a file that may not be read.
_OF_WINDOWS: dict[int, Message] = {
    **{2: _NOT_FOUND, 3: _NOT_FOUND, 4: _TOO_MANY, 5: _DENIED, 19: _READ_ONLY, 21: _NOT_READY, 23: _BROKEN},
    **{32: _IN_USE, 33: _IN_USE, 39: _FULL, 53: _NO_NETWORK_PATH, 64: _CLOSED, 67: _NO_NETWORK_PATH, 80: _TAKEN},
    **{112: _FULL, 121: _TIME_OUT, 183: _TAKEN, 206: _TOO_LONG, 267: _NO_FOLDER, 1117: _BROKEN, 1295: _QUOTA},
    **{10051: _NETWORK_AWAY, 10054: _CLOSED, 10060: _TIME_OUT, 10061: _REFUSED, 10065: _COMPUTER_AWAY},
}


def said(error: OSError) -> Message | None:
    """Return the words for an error of the operating system; None where there are none."""
    if type(error).__module__ != "builtins":  # of OpenSSL or of looking a name up, whose numbers mean something else
        return None
    windows = getattr(error, "winerror", None)
    if windows:
        return _OF_WINDOWS.get(windows)
    return _BY_ERRNO.get(error.errno) if error.errno is not None else None
