"""Whoever asks for a port of the tests has it alone: in this process, and beside others."""

from __future__ import annotations

import socket
import subprocess
import sys

from tests.ports import free_port
from wizard.start import bootstrap


def test_no_port_is_handed_out_twice_nor_by_another_process_too() -> None:
    ask = "from tests.ports import free_port; print(*[free_port() for _ in range(20)])"
    said = subprocess.check_output([sys.executable, "-c", ask], cwd=str(bootstrap.ROOT), encoding="ascii")
    mine = [free_port() for _ in range(20)]
    assert len({*mine, *map(int, said.split())}) == 40


def test_a_port_that_is_in_use_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("", free_port() + 1))
        assert free_port() != taken.getsockname()[1]
