"""Facts in events: producer and consumer derive the same facts from one event."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from shared.deadlines import fact_events
from shared.deadlines.facts import Fact
from shared.events.contract import Emits, Moment, Read, Reads
from shared.reference import codes
from tests.kit.builders import an_event

EMITS = Emits("intake", *fact_events.EVENTS)
READS = Reads(*(Read(f"intake.{name}", fact_events.FactStated) for name in fact_events.NAMES))
MOMENTS = ("unknown", "2026", "2026-03", "2026-03-02", "2026-03-02T15:40:00Z", "2026-03-02T15:40:00.25+02:00")
CASE, STEP = UUID(int=1), UUID(int=2)


@given(
    kind=st.sampled_from(sorted(codes("fact_kind"))),
    happened=st.sampled_from(MOMENTS),
    learnt=st.sampled_from((None, *MOMENTS[3:])),
    about=st.none() | st.uuids(),
    revision=st.integers(1, 9),
    reason=st.none() | st.sampled_from(sorted(codes("fact_correction_reason"))),
    said=st.dictionaries(st.sampled_from(("stage", "clock", "remedy")), st.sampled_from(("GB.CICA", "referred"))),
)
def test_a_fact_is_heard_as_it_was_stated(
    kind: str,
    happened: str,
    learnt: str | None,
    about: UUID | None,
    revision: int,
    reason: str | None,
    said: dict[str, str],
) -> None:
    fact = Fact(
        id=STEP,
        case=CASE,
        kind=kind,
        revision=revision,
        happened=happened,
        learnt=learnt,
        about=about,
        codes=said,
        reason=reason,
    )
    for stated in (fact, replace(fact, withdrawn=True)):
        announced = fact_events.announcement_of(stated)
        event_type, data = EMITS.check(announced)
        assert event_type.name == (
            "fact.withdrawn" if stated.withdrawn else "fact.recorded" if revision == 1 else "fact.corrected"
        )
        received = READS.open(an_event(name=event_type.name, subject=CASE, data=data))
        assert received is not None
        assert fact_events.fact_of(received) == stated


@pytest.mark.parametrize("text", MOMENTS)
def test_a_time_may_be_vague_or_unknown(text: str) -> None:
    assert Moment().deserialize(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-02-30",
        "2026-13",
        "1776",
        "2026-03-02T15:40:00",
        "2026-02-30T15:40:00Z",
        "2026-03-02\n",
        "Unknown",
    ],
)
def test_a_time_that_does_not_exist_or_has_no_offset_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Moment().deserialize(text)


def test_our_own_step_without_a_day_happened_when_recorded_and_another_s_is_unknown() -> None:
    said = {"stage": "referred", "authority": "GB.SCA", "occurred_on": None, "received_on": date(2026, 3, 2)}
    own = fact_events.of_step(CASE, STEP, "submission", {**said, "made_elsewhere": False})
    other = fact_events.of_step(CASE, STEP, "submission", {**said, "made_elsewhere": True})
    assert (own.happened, other.happened) == ("2026-03-02", "unknown")
    assert own.learnt == other.learnt == "2026-03-02"
    assert own.codes == {"stage": "referred", "authority": "GB.SCA"}
    exact = fact_events.of_step(CASE, STEP, "submission", {**said, "made_elsewhere": True, "happened": MOMENTS[4]})
    assert exact.happened == MOMENTS[4]


def test_a_detection_states_a_fact_of_each_day_that_it_says_and_of_no_other() -> None:
    detection = uuid4()
    said = {
        "earliest_incident_on": "2024",
        "last_incident_on": "unknown",
        "work_ended_on": None,
        "detected_on": "2026-03-02",
    }
    stated = fact_events.of_detection(CASE, detection, said)
    assert [(fact.kind, fact.happened, fact.learnt) for fact in stated] == [
        ("first_incident", "2024", "2026-03-02"),
        ("last_incident", "unknown", "2026-03-02"),
    ]
    assert stated == fact_events.of_detection(CASE, detection, said)
    assert len({fact.id for fact in stated}) == len(stated)
