"""Write to standard output and to standard error: everything that the program prints goes through `write`.

A terminal may not have all characters of a name, and whoever reads the output may close it: neither ends the work.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Mapping, TextIO

from wizard.language.printable import UNPRINTABLE


def write(text: str, stream: TextIO | None) -> None:
    r"""Write a text as it is, with no line end of its own. What the stream cannot encode is written as \xNN or \uNNNN.

    There is no stream where the program was started without a console. After a reader has closed it, what follows is
    dropped.
    """
    if stream is None:
        return
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        _drop(stream)
    except OSError:
        if sys.platform != "win32":
            raise
        _drop(stream)  # Windows reports a closed pipe as an invalid argument


def lines(*texts: str, stream: TextIO | None) -> None:
    """Write lines."""
    write("".join(f"{text}\n" for text in texts), stream)


def one_object(found: Mapping[str, Any], stream: TextIO | None) -> None:
    """Write an object as JSON, in one line that any program can read, whatever the encoding of the stream is."""
    unicode = stream is not None and (stream.encoding or "").lower().replace("-", "").replace("_", "") == "utf8"
    text = json.dumps(found, ensure_ascii=not unicode)
    lines(UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text), stream=stream)


def _drop(stream: TextIO) -> None:
    """Let what is still to be written to a closed stream go nowhere, also what Python writes when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)
