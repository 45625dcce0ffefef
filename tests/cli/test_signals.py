"""Ctrl+C and a termination request end the command line in good order, however often they come."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.ports import free_port
from tests.running import command, wizard
from wizard.cli.terminal import Interruption
from wizard.engine.job import Control, Job

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")


@pytest.mark.long
@on_posix
def test_the_practice_pacs_ends_with_0_also_when_it_is_told_twice(tmp_path: Path) -> None:
    listening = command("practice-pacs", "--port", free_port(), "--folder", tmp_path / "received")
    with subprocess.Popen(listening, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "is listening on" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.long
@pytest.mark.parametrize("port", ["99999", "-5", "0", "x"])
def test_a_port_that_is_none_is_wrong_use(port: str, tmp_path: Path) -> None:
    ended = wizard("practice-pacs", "--port", port, "--folder", tmp_path)
    assert ended.code == 2
    assert "Traceback" not in ended.stderr


@on_posix
def test_the_handler_makes_a_note_and_the_job_is_stopped_outside_it_once() -> None:
    stops: list[str] = []
    control = Control()
    job = cast(Job, SimpleNamespace(control=control))
    with Interruption() as interruption, control.closing(lambda: stops.append("closed")):
        interruption.watch(job)
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGTERM)
        assert not control.stopped and stops == []
        interruption.pass_on()
        interruption.pass_on()
    assert control.stopped and stops == ["closed"]


@on_posix
def test_a_signal_between_two_jobs_stops_the_next() -> None:
    with Interruption() as interruption:
        os.kill(os.getpid(), signal.SIGINT)
        later = Control()
        interruption.watch(cast(Job, SimpleNamespace(control=later)))
    assert later.stopped
