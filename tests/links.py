"""Links between files, where a test can make them."""

from __future__ import annotations

from pathlib import Path

import pytest


def link(path: Path, target: Path) -> None:
    """Make a link; where none can be made (Wine, and Windows for most people), the test is skipped."""
    try:
        path.symlink_to(target, target_is_directory=target.is_dir())
    except OSError as error:
        pytest.skip(f"this user may make no links: {error.strerror}")
    if not path.is_symlink():
        pytest.skip("Wine says that it made a link, and makes none")
