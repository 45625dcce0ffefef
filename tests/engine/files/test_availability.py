"""A source folder that has gone away or that hangs is told from one that answers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wizard.engine.files import availability
from wizard.errors import SourceError
from wizard.language.message import Private


def test_a_source_folder_that_is_empty_all_at_once_is_not_there_any_more(tmp_path: Path) -> None:
    root = os.fsencode(tmp_path)
    assert availability.is_empty(root)
    with pytest.raises(SourceError, match="disappeared"):
        availability.still_there(root)
    (tmp_path / "a").touch()
    assert not availability.is_empty(root)
    availability.still_there(root)


@pytest.mark.parametrize("seconds", [0, 59, 60])
def test_a_folder_that_hangs_is_not_told_before_a_minute(seconds: float) -> None:
    assert not availability.silence(b"/a/b", seconds)


def test_a_folder_that_hangs_is_told_after_a_minute() -> None:
    message = availability.silence(b"/a/b", 60.6)
    assert message.values == {"folder": Private("/a/b"), "seconds": 61}
    assert isinstance(message.values["folder"], Private)
    assert "/a/b has not responded for 61 seconds" in str(message)
