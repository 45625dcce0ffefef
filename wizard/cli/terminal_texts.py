"""What is said on a terminal while a step runs: what it does, how far it is, and what it found."""

from __future__ import annotations

from wizard.engine.events import Progress
from wizard.engine.facts import RUNG_NAMES, FoundPort, Rung
from wizard.language import plainly
from wizard.language.message import Message, together

#: What each job does, by the name of its step.
AT_WORK: dict[str, Message] = {
    "discover": Message("Testing the connection…"),
    "scan": Message("Searching the network…"),
    "source": Message("Reading the source folders…"),
    "old_list": Message("Reading the list of the old PACS…"),
    "check": Message("Checking…"),
    "copy": Message("Copying…"),
    "verify": Message("Verifying…"),
    "commitment": Message("Requesting storage commitment…"),
    "read_back": Message("Reading images back…"),
    "export": Message("Writing the report files…"),
    "syslog": Message("Sending the audit trail to the syslog server…"),
}
NO_FINDINGS = Message("There are no findings.")
#: After findings whose next step names a button of the window.
BUTTONS = Message("On the command line “Retry failed images” is: copy --retry-failed; “Read again” is: source.")


def progress(state: Progress) -> Message:
    """Say how far a step is, and how fast it is on average, once that is known."""
    doing, done, rate = AT_WORK[state.step], state.done, round(state.rate)
    if not state.done and state.total is None:
        return doing
    if state.total is None:
        if not rate:
            return Message("{doing} {done}.", doing=doing, done=done)
        return Message("{doing} {done} ({rate} per second).", doing=doing, done=done, rate=rate)
    if not rate:
        return Message("{doing} {done} of {total}.", doing=doing, done=done, total=state.total)
    return Message(
        "{doing} {done} of {total} ({rate} per second).", doing=doing, done=done, total=state.total, rate=rate
    )


def rung(tested: Rung) -> Message:
    """Say one line of the connection test."""
    question, sentence = RUNG_NAMES[tested.name], tested.sentence
    if tested.passed is None:
        return Message("   -  {question} {sentence}", question=question, sentence=sentence)
    said = Message("  yes {question} {sentence}", question=question, sentence=sentence)
    if not tested.passed:
        said = Message("  NO  {question} {sentence}", question=question, sentence=sentence)
    seconds = round(tested.seconds, 1)
    return Message("{answer} ({seconds} s)", answer=said, seconds=seconds) if seconds else said


def found(port: FoundPort) -> Message:
    """Say what listens at a port of the network."""
    return together(
        Message("{address}: {sentence}", address=port.address, sentence=port.sentence),
        *([Message("Vendor: {vendor}.", vendor=port.maker)] if port.maker else []),
        *([Message("AE title: {ae_title}.", ae_title=port.called_ae)] if port.called_ae else []),
    )


def counted(count: int) -> str:
    """Write a number for a column of numbers."""
    return f"{plainly(Message('{n}', n=count)):>10}"
