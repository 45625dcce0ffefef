"""Fixtures of the engine's tests: a source folder, and a protection of it that ends with the test."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Iterator

import pytest

from wizard.engine.files import readonly


@pytest.fixture(autouse=True)
def protection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow writing to protected folders again after a test, for its successor and for pytest's own tidying up."""
    monkeypatch.setattr(readonly, "_protected", readonly.protected())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def no_sender_is_left() -> Iterator[None]:
    yield
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("sender")] == []
