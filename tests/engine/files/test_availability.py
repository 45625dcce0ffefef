"""A source folder that has gone away or that hangs is told from one that answers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wizard.engine.files import availability
from wizard.errors import SourceError


def test_a_source_folder_that_is_empty_all_at_once_is_not_there_any_more(tmp_path: Path) -> None:
    root = os.fsencode(tmp_path)
    assert availability.is_empty(root)
    with pytest.raises(SourceError, match="has gone away"):
        availability.still_there(root)
    (tmp_path / "a").touch()
    assert not availability.is_empty(root)
    availability.still_there(root)


@pytest.mark.parametrize(("seconds", "says"), [(59, ""), (60, ""), (61, "/a/b has not answered for 61 seconds")])
def test_a_folder_that_hangs_is_said_after_a_minute(seconds: float, says: str) -> None:
    sentence = availability.silence(b"/a/b", seconds)
    assert says in sentence and bool(sentence) == bool(says)
