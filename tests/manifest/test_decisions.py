"""Decisions about each topic: they change the entries, and can be taken back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.manifest.deciding import DECIDABLE, LONG, PROBLEMS, REASONS, conflict, image, read, state, where
from tests.report.samples import IMPLICIT, Sample
from wizard.errors import UsageError
from wizard.manifest import decisions, ledger, queue, tree
from wizard.manifest.decisions import RULES
from wizard.reasons import Reason
from wizard.vocabulary import Action


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with Sample(tmp_path / "m.sqlite") as sample:
        yield sample


# The topics


def test_nothing_that_is_wrong_is_sent_unless_a_person_says_so() -> None:
    for rule in RULES.values():
        assert rule.actions[0] == (
            Action.LEAVE_OUT if rule.bucket else Action.SEND_LAST if rule.topic == "long_uid" else Action.SEND
        )
    assert Action.SEND not in RULES["damaged"].actions + RULES["odd_length"].actions + RULES["disagree"].actions
    assert Action.SEND not in RULES["rejection_note"].actions  # never before the images
    assert RULES["no_identity"].actions == RULES["bad_uid"].actions == (Action.LEAVE_OUT,)


@pytest.mark.parametrize("found", PROBLEMS)
def test_what_reading_held_back_belongs_to_a_topic_and_stays_where_it_is(found: str, sample: Sample) -> None:
    topic, bucket = PROBLEMS[found]
    entry = image(sample, bucket, found)
    image(sample)
    read(sample)
    (counted,) = decisions.count_topics(sample.manifest)
    assert (counted.rule.topic, counted.count, counted.action, counted.left_behind) == (topic, 1, Action.LEAVE_OUT, 0)
    assert state(sample, entry) == (bucket, *REASONS[found].stored, 0)
    assert REASONS[found].who == RULES[topic].who or found == "unchecked"
    assert found in ledger.FINDINGS


def remark(sample: Sample, topic: str) -> int:
    """An image that can go and of which something is said all the same; beside it one of which nothing is."""
    image(sample)
    if topic == "unusual_uid":
        return image(sample, topic="unusual_uid", sop_uid="1.02.3")
    if topic == "long_uid":
        return image(sample, topic="unusual_uid", sop_uid=LONG)
    if topic == "private_class":
        return image(sample, kind=("1.3.12.2.1107.5.9.1", IMPLICIT))
    if topic == "retired_class":
        return image(sample, kind=("1.2.840.10008.5.1.4.1.1.6", IMPLICIT))
    if topic == "identity":
        image(sample, place={"patient_id": "7", "name": "Muster, Anna"})
        return image(sample, place={"patient_id": "7", "name": "Muster, Änne"})
    if topic == "two_patients":
        image(sample, place={"patient_id": "7", "study_uid": "1.77"})
        return image(sample, place={"patient_id": "8", "study_uid": "1.77"})
    if topic == "no_patient_id":
        return image(sample, place={"patient_id": "unknown "})
    if topic == "references":
        return image(sample, references=("1.9.1", "1.2.3.4.5"))
    entry = image(sample)
    with sample.manifest.writing() as db:
        db.execute("UPDATE entry SET size = ? WHERE id = ?", (decisions.LARGE + 1, entry))
    return entry


@pytest.mark.parametrize("topic", [topic for topic, rule in RULES.items() if not rule.bucket])
def test_what_is_merely_remarkable_can_go_in_its_turn_or_last_or_not_at_all(topic: str, sample: Sample) -> None:
    entry = remark(sample, topic)
    read(sample)
    (counted,) = decisions.count_topics(sample.manifest)
    assert (counted.rule.topic, counted.count) == (topic, 1)
    for action, expected in (
        (Action.SEND, ("pending", 0)),
        (Action.LEAVE_OUT, ("left_out", 2)),
        (Action.SEND_LAST, ("pending", 1)),
    ):
        decisions.decide(sample.manifest, topic, action)
        assert where(sample, entry) == expected
        assert where(sample, 1) == ("pending", 0)
        assert ledger.balance(sample.manifest).balanced
    assert decisions.count_topics(sample.manifest)[0].count == 1
    decisions.decide(sample.manifest, topic, Action.LEAVE_OUT)
    assert state(sample, entry)[1:3] == ("by_decision", "")


@pytest.mark.parametrize("level", ["study_uid", "series_uid"])
def test_an_image_of_a_study_or_series_with_a_long_identity_goes_last(level: str, sample: Sample) -> None:
    entry = image(sample, topic="unusual_uid", place={level: LONG})
    read(sample)
    assert [counted.rule.topic for counted in decisions.count_topics(sample.manifest)] == ["long_uid"]
    assert where(sample, entry) == ("pending", 1)


@pytest.mark.parametrize("patient_id", ["", "0", "000", "ANONYMOUS", "test"])
def test_a_patient_id_that_is_none_is_known_as_such(patient_id: str, sample: Sample) -> None:
    image(sample, place={"patient_id": patient_id})
    image(sample, place={"patient_id": "0815"})
    read(sample)
    assert [(counted.rule.topic, counted.count) for counted in decisions.count_topics(sample.manifest)] == [
        ("no_patient_id", 1)
    ]


def test_an_object_whose_images_are_all_here_is_not_remarkable(sample: Sample) -> None:
    image(sample, references=("1.9.2",))
    image(sample)
    sample.file("index", references=("IMAGES/IM1",))
    read(sample)
    assert decisions.count_topics(sample.manifest) == []


# Several topics, what was sent, the totals


def test_where_several_topics_speak_of_an_entry_the_strictest_wins(sample: Sample) -> None:
    entry = image(sample, kind=("1.2.840.10008.5.1.4.1.1.6", IMPLICIT), place={"patient_id": ""})
    read(sample)
    decisions.decide(sample.manifest, "retired_class", Action.SEND_LAST)
    assert where(sample, entry) == ("pending", 1)
    decisions.decide(sample.manifest, "no_patient_id", Action.LEAVE_OUT)
    assert where(sample, entry) == ("left_out", 2)
    decisions.decide(sample.manifest, "retired_class", Action.SEND)
    assert where(sample, entry) == ("left_out", 2)
    decisions.decide(sample.manifest, "retired_class", Action.LEAVE_OUT)
    decisions.decide(sample.manifest, "no_patient_id", Action.SEND_LAST)
    assert where(sample, entry) == ("left_out", 2)
    decisions.decide(sample.manifest, "retired_class", Action.SEND)
    decisions.decide(sample.manifest, "no_patient_id", Action.SEND)
    assert where(sample, entry) == ("pending", 0)


def test_a_damaged_file_of_a_patient_who_is_left_out_is_left_out(sample: Sample) -> None:
    entry = image(sample, "damaged", "broken", place={"patient_id": ""})
    read(sample)
    decisions.decide(sample.manifest, "damaged", Action.SEND_LAST)
    decisions.decide(sample.manifest, "no_patient_id", Action.LEAVE_OUT)
    assert where(sample, entry) == ("left_out", 2)


@pytest.mark.parametrize("bucket", ["copied", "copied_with_remark", "already_there", "refused", "unknown"])
def test_what_was_sent_is_not_touched(bucket: str, sample: Sample) -> None:
    damaged, remarked = image(sample, "damaged", "broken"), remark(sample, "no_patient_id")
    read(sample)
    decisions.decide(sample.manifest, "damaged", Action.SEND_LAST)
    for entry in (damaged, remarked):
        sample.answered(entry, bucket=bucket, reason=Reason("failed"))
    before = [state(sample, entry) for entry in (damaged, remarked)]
    decisions.decide(sample.manifest, "damaged", Action.LEAVE_OUT)
    decisions.decide(sample.manifest, "no_patient_id", Action.LEAVE_OUT)
    assert [state(sample, entry) for entry in (damaged, remarked)] == before


def test_what_comes_back_into_the_queue_obeys_the_decision_of_now(sample: Sample) -> None:
    damaged, remarked = image(sample, "damaged", "broken"), remark(sample, "no_patient_id")
    read(sample)
    decisions.decide(sample.manifest, "damaged", Action.SEND_LAST)
    for entry in (damaged, remarked):
        sample.answered(entry, bucket="refused", reason=Reason("failed"))
    decisions.decide(sample.manifest, "damaged", Action.LEAVE_OUT)
    decisions.decide(sample.manifest, "no_patient_id", Action.LEAVE_OUT)
    queue.retry_failed(sample.manifest)
    decisions.apply(sample.manifest)
    assert state(sample, damaged) == ("damaged", *REASONS["broken"].stored, 0)
    assert where(sample, remarked) == ("left_out", 2)


def test_the_trees_totals_are_those_of_the_decision(sample: Sample) -> None:
    image(sample)
    image(sample, "damaged", "broken")
    image(sample, kind=("1.3.12.2.1107.5.9.1", IMPLICIT))
    read(sample)
    sums = []
    for topic, action in (
        ("damaged", Action.SEND_LAST),
        ("private_class", Action.LEAVE_OUT),
        ("damaged", Action.LEAVE_OUT),
    ):
        decisions.decide(sample.manifest, topic, action)
        chosen = tree.chosen(sample.manifest)
        assert queue.waiting(sample.manifest) == (chosen.images, chosen.bytes)
        sums.append((chosen.images, chosen.bytes, chosen.problems))
    assert sums == [(3, 3 * 868, 0), (2, 2 * 868, 0), (1, 868, 1)]


# What cannot be decided


@pytest.mark.parametrize(
    ("topic", "action", "says"),
    [
        ("weather", Action.SEND, "Nothing can be decided about “weather”. Possible: damaged, "),
        ("no_identity", Action.LEAVE_OUT, "Nothing can be decided about “no-identity”"),
        ("damaged", Action.SEND, "“send” is not possible for damaged. Possible: leave-out, send-last."),
        ("large", "delete", "“delete” is not possible for large"),
    ],
)
def test_what_cannot_be_decided_is_said_and_nothing_is_kept(topic: str, action: str, says: str, sample: Sample) -> None:
    with pytest.raises(UsageError, match=says):
        decisions.decide(sample.manifest, topic, action)
    assert sample.manifest.value("SELECT COUNT(*) FROM decision") == 0


# Any archive, any decisions

Files = st.lists(
    st.tuples(
        st.sampled_from(["pending", "pending", "copied", "refused", "duplicate", "unreadable", *PROBLEMS]),
        st.sampled_from([None, "1.1", "1.2", "1.3", LONG]),
        st.sampled_from(["", "P-1"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(files=Files, decided=st.lists(st.sampled_from(DECIDABLE), max_size=6))
def test_whatever_is_decided_no_identity_is_handed_out_twice_and_all_can_be_taken_back(
    files: list[tuple[str, str | None, str]], decided: list[tuple[str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, Sample(Path(folder) / "m.sqlite") as sample:
        whole: dict[str | None, list[int]] = {}
        for what, uid, patient_id in files:
            found = what if what in PROBLEMS else "unusual_uid" if uid == LONG else ""
            bucket = PROBLEMS[what][1] if what in PROBLEMS else what if uid else "unreadable"
            entry = image(sample, bucket, found, sop_uid=uid, place={"patient_id": patient_id})
            if bucket == "pending":
                whole.setdefault(uid, []).append(entry)
            elif bucket in ("copied", "refused", "duplicate"):
                whole.setdefault(uid, []).append(0)
        conflict(sample, *(entry for group in whole.values() if len(group) > 1 for entry in group if entry))
        read(sample)
        first = [state(sample, entry) for entry in range(1, len(files) + 1)]
        for topic, action in decided:
            decisions.decide(sample.manifest, topic, action)
            now = [state(sample, entry) for entry in range(1, len(files) + 1)]
            decisions.apply(sample.manifest)
            assert [state(sample, entry) for entry in range(1, len(files) + 1)] == now
            assert ledger.balance(sample.manifest).balanced
            twice = """SELECT sop_uid FROM entry WHERE bucket IN ('pending', 'copied', 'refused') GROUP BY sop_uid
                HAVING COUNT(*) > 1 AND MAX(bucket = 'pending' AND lane < 2)"""
            already = [uid for uid, group in whole.items() if len(group) > 1 and not any(group)]
            assert [row[0] for row in sample.manifest.rows(twice) if row[0] not in already] == []
            chosen = tree.chosen(sample.manifest)
            handed = chosen.images - sum(one[0] in ("copied", "refused") for one in now)
            assert queue.waiting(sample.manifest)[0] == handed == sum(one[0] == "pending" for one in now)
        for rule in RULES.values():
            if len(rule.actions) > 1:
                decisions.decide(sample.manifest, rule.topic, rule.actions[0])
        assert [state(sample, entry) for entry in range(1, len(files) + 1)] == first
