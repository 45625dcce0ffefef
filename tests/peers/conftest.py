"""The tests with real servers play with what those of the engine play with."""

from tests.engine.conftest import protection, source

__all__ = ["protection", "source"]
