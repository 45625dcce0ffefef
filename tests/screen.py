"""A screen that nobody sees, for the window and for the keys that tests press."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import Iterator

from tests import find_tool

ON_X11 = sys.platform not in ("win32", "darwin")
_UNTIL_WE_END = '"$0" "$@" & exec >&-; read -r nothing; kill $!'
"""What it reads ends when this process does, however that happens: no screen is left without it."""


@contextmanager
def virtual_screen() -> Iterator[dict[str, str]]:
    """Start a screen that nobody sees; yields the environment for programs that are to use it.

    Where Xvfb is missing there is no screen at all: the keys a test presses must never reach a person's work.
    """
    environment = dict(os.environ)
    if not ON_X11:
        yield environment
        return
    environment.pop("WAYLAND_DISPLAY", None)
    environment.pop("DISPLAY", None)
    xvfb = find_tool("Xvfb")
    if not xvfb:
        yield environment
        return
    command = ["sh", "-c", _UNTIL_WE_END, xvfb, "-displayfd", "1", "-screen", "0", "2200x1500x24", "-nolisten", "tcp"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, encoding="ascii") as server:
        assert server.stdin is not None and server.stdout is not None
        number = server.stdout.readline().strip()  # comes when the screen is ready, or never
        if number:
            environment["DISPLAY"] = f":{number}"
        try:
            yield environment
        finally:
            server.stdin.close()


@contextmanager
def own_screen() -> Iterator[None]:
    """Give this process, and what it starts, a screen of its own; without Xvfb, none."""
    before = {name: os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")}
    with virtual_screen() as environment:
        set_variables({name: environment.get(name) for name in before})
        try:
            yield
        finally:
            set_variables(before)


def set_variables(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
