"""What stands under the code of a reason."""

from __future__ import annotations

from typing import NamedTuple, Union

from wizard.vocabulary import Bucket, Grade, ReadBack, Who

Outcome = Union[Bucket, Grade, ReadBack]


class Explained(NamedTuple):
    """One reason: the outcome that it explains, who needs to act, its sentence and the next step.

    `outcome` is the bucket of the file, or the grade or the result of reading back of what was verified. `who` is "" if
    nobody needs to act, and `next_step` then as well. `one` has names in braces for its values; `many` is the plural,
    where the value `n` decides.
    """

    outcome: Outcome
    who: Who | str
    one: str
    next_step: str = ""
    many: str = ""
