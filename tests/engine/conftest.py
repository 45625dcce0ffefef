"""Fixtures of the engine's tests: a source folder, and senders that end with the test."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Iterator

import pytest


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def no_sender_is_left() -> Iterator[None]:
    yield
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("sender")] == []
