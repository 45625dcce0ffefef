"""The reasons for the outcome of a file, and for what could not be verified: a code, and its values.

The manifest stores a code and the values; filters, counts and programs use the code. Its sentence, who needs to act and
the next step are looked up here when somebody reads them, so that they can be made better later without touching a
manifest. A code never changes its meaning. `docs/reasons.md` lists them all; `python3 -m tests.reasons` writes it.
"""

from __future__ import annotations

import functools
import json
from typing import Mapping, Sequence

from wizard.language import json_form
from wizard.language.json_form import values_as_json, values_from_json
from wizard.language.message import Message, Private, Value
from wizard.reasons import copy_reasons, source_reasons, verify_reasons
from wizard.reasons.explained import Explained, Outcome
from wizard.vocabulary import Who

#: Every code with its explanation, in the order of the steps.
EXPLAINED: dict[str, Explained] = {
    **source_reasons.EXPLAINED,
    **copy_reasons.EXPLAINED,
    **verify_reasons.EXPLAINED,
}

#: The code of a sentence that an earlier version of this program wrote into the manifest; it is shown as it is.
EARLIER = "earlier_version"

#: Who needs to act, in words.
WHO: dict[str, Message] = {
    Who.YOU: Message("you"),
    Who.PACS_ADMINISTRATOR: Message("the administrator of the new PACS"),
    Who.IT: Message("the IT department"),
    Who.OLD_PACS: Message("the vendor of the old PACS"),
}


class Reason(Message):
    """A reason of the vocabulary: a message whose template stands under a code.

    Parameters
    ----------
    code : str
        A key of `EXPLAINED`.
    values
        The values of its sentence. A reason that is not explained here is of a newer version, and is said by its code.
    """

    _code: str

    def __init__(self, code: str, /, **values: Value) -> None:
        explained = EXPLAINED.get(code)
        super().__init__(*((explained.one, explained.many) if explained else ("{code}",)), **values)
        object.__setattr__(self, "_code", code)
        if explained is None:
            object.__setattr__(self, "values", {"code": code})

    def __eq__(self, other: object) -> bool:
        """Two codes may have the same words, and are two reasons all the same."""
        if not isinstance(other, Reason):
            return NotImplemented
        return (self.code, self.values) == (other.code, other.values)

    def __hash__(self) -> int:
        return hash(self.code)

    @property
    def code(self) -> str:
        return self._code

    @property
    def outcome(self) -> Outcome:
        """What the reason explains: a bucket, or a grade or a result of reading back."""
        return EXPLAINED[self.code].outcome

    @property
    def who(self) -> str:
        """Who needs to act, one of `Who`; "" for nobody."""
        if self.code == EARLIER:
            return str(self.values.get("who", ""))
        explained = EXPLAINED.get(self.code)
        return explained.who if explained else ""

    @property
    def next_step(self) -> Message:
        """What that person can do."""
        explained = EXPLAINED.get(self.code)
        return Message(explained.next_step) if explained and explained.next_step else Message("")

    @property
    def stored(self) -> tuple[str, str]:
        """The code and the values, as the manifest has them in two columns."""
        return self.code, values_as_json(self.values)


@functools.lru_cache(maxsize=4096)
def read(code: str, values: str) -> Reason | None:
    """Return the reason that stands in two columns of the manifest; None for none."""
    return Reason(code, **values_from_json(values)) if code else None


def stored(reason: Reason | None) -> tuple[str, str]:
    """Return a reason as the manifest has it in two columns, also if there is none."""
    return reason.stored if reason is not None else ("", "")


def remarks_as_json(remarks: Sequence[Reason]) -> str:
    """Write several reasons for one column of the manifest; "" for none."""
    return json.dumps([list(remark.stored) for remark in remarks], ensure_ascii=False) if remarks else ""


def remarks_from_json(text: str) -> tuple[Reason, ...]:
    """Read what `remarks_as_json` wrote."""
    found = [read(code, values) for code, values in json.loads(text)] if text else []
    return tuple(remark for remark in found if remark is not None)


def earlier(sentence: str, who: str = "") -> Reason:
    """The reason of an entry that an earlier version of the program wrote as a sentence.

    The sentence may quote a PACS or name a file. It is kept whole, however long it is.
    """
    return Reason(EARLIER, sentence=Private(sentence), who=who)


def _reason(code: str, values: Mapping[str, Value]) -> Reason:
    return Reason(code, **values)


json_form.use_vocabulary(_reason)
