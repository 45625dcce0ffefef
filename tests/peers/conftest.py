"""Share the fixtures of the engine's tests with the tests on real servers."""

from tests.engine.conftest import source

__all__ = ["source"]
