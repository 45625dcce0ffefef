"""What the tests of the command line share: each leaves English in use, as it found it."""

from __future__ import annotations

from typing import Iterator

import pytest

from wizard import language


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    language.use(language.ENGLISH)
    yield
    language.use(language.ENGLISH)
