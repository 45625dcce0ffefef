"""Share the fixtures of the engine's tests with the tests on real servers."""

from tests.engine.conftest import protection, source

__all__ = ["protection", "source"]
