"""What the results of the connection test mean together: never more than each of them says."""

from __future__ import annotations

import itertools

import pytest

from wizard.engine.facts import RUNG_NAMES, Rung
from wizard.language.message import Message
from wizard.ui.discover import texts
from wizard.ui.discover.rungs import conclusion

NAMES = tuple(RUNG_NAMES)


def results(*passed: bool | None) -> list[Rung]:
    return [Rung(name, result, Message("")) for name, result in zip(NAMES, passed)]


@pytest.mark.parametrize("passed", list(itertools.product((True, False, None), repeat=6)))
def test_images_are_said_to_be_accepted_only_where_that_was_tested(passed: tuple[bool | None, ...]) -> None:
    kind, sentence = conclusion(results(*passed))
    if all(passed):
        assert (kind, sentence) == ("good", texts.CONNECTED)
    elif all(passed[:5]):
        assert (kind, sentence) == ("caution", texts.NO_QUERIES)
    elif all(passed[:4]):
        assert (kind, sentence) == ("wrong", texts.NO_IMAGES)
    else:
        assert (kind, sentence) == ("wrong", texts.NOT_CONNECTED)


def test_a_test_that_ended_early_has_connected_to_nobody() -> None:
    assert conclusion(results(True, True)) == ("wrong", texts.NOT_CONNECTED)
