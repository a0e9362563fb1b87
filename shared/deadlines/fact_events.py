"""Facts as events for other services, if no other event contains them.

The event about an occurrence (a step, a detection, the opening of a case) contains the first revision of its facts, if
there is such an event. Its consumer derives the same facts from it with `of_opening`, `of_step` and `of_detection`,
which the producer used. All other facts, and every correction and withdrawal, are published as `fact.recorded`,
`fact.corrected` and `fact.withdrawn`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID, uuid5

from marshmallow import Schema

from shared.access.declarations import AnyField, declare, omittable, or_null
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.deadlines import audiences
from shared.deadlines.facts import Fact
from shared.events.contract import Code, Count, EventType, Flag, Moment, Received, Reference
from shared.events.envelope import Announcement
from shared.reference import codes
from shared.reference.periods import UNKNOWN

_Kind = TypeVar("_Kind", bound=AnyField)
#: The codes of a fact in addition to its times, by name. Each is a field of the event.
CODES: Final = (
    *("stage", "outcome", "authority", "reconsiders", "dublin", "foreigner", "remedy", "offender"),
    *("jurisdiction", "age", "clock", "until", "right", "ground", "result", "challenge"),
)
#: The facts that a detection states, by the field that has their day.
OF_DETECTION: Final[Mapping[str, str]] = {
    "earliest_incident_on": "first_incident",
    "last_incident_on": "last_incident",
    "exploitation_ended_on": "exploitation_ended",
    "work_ended_on": "work_ended",
    "crime_reported_on": "crime_reported",
}


def _field(kind: _Kind, meaning: str, category: str | None = None) -> _Kind:
    return declare(kind, FieldClass.BASIC, meaning, category=category)


class FactStated(Schema):
    """One revision of a fact of the case. The highest received revision applies, in any order of arrival."""

    fact = _field(Reference(), "The fact.")
    revision = _field(Count(), "The revision: 1 until it is corrected.")
    kind = _field(Code(codes("fact_kind")), "What happened.")
    happened = _field(Moment(), "When it happened, as far as is known.")
    learnt = or_null(_field(Moment(), "When it was learnt, if not as it happened."))
    about = or_null(_field(Reference(), "The fact that it is about."))
    stage = omittable(_field(Code(of="identification_stage"), "The stage of the official path."))
    outcome = omittable(_field(Code(codes("decision_outcome")), "What was decided."))
    authority = omittable(_field(Code(of="authority"), "Who decided or did it."))
    reconsiders = omittable(_field(Code(of="identification_stage"), "The stage that was looked at again."))
    dublin = omittable(_field(Code(codes("yes_no_unknown")), "Whether the Dublin rules apply.", "immigration"))
    foreigner = omittable(_field(Code(codes("yes_no_unknown")), "Whether the person is a foreigner.", "identity"))
    remedy = omittable(_field(Code(of="remedy"), "The remedy that is claimed.", "account"))
    offender = omittable(_field(Code(codes("known_or_unknown")), "Whether the offender is known.", "account"))
    result = omittable(
        _field(Code(codes("compensation_outcome")), "How the claim or challenge was decided.", "account")
    )
    # The code reveals whether the person asked for asylum.
    challenge = omittable(_field(Code(of="clock_code"), "The challenge, by its period.", "immigration"))
    jurisdiction = omittable(_field(Code(codes("jurisdiction")), "Whose law counts."))
    age = omittable(_field(Code(codes("age")), "Whether the person is of age, as far as is known.", "identity"))
    clock = omittable(_field(Code(of="clock_code"), "The period that it changes.", OF_THE_LEAD))
    until = omittable(_field(Moment(), "Until when that runs.", OF_THE_LEAD))
    right = omittable(_field(Code(codes("data_right")), "The right that was used.", OF_THE_LEAD))
    ground = omittable(_field(Code(codes("period_ground")), "Why the period is another.", OF_THE_LEAD))
    withdrawn = _field(Flag(), "Whether it counts no more.")
    reason = omittable(
        or_null(_field(Code(codes("fact_correction_reason")), "The reason of the correction.", OF_THE_LEAD))
    )


def _event_type(verb: str, meaning: str) -> EventType:
    return EventType(f"fact.{verb}", FactStated, "facts", meaning, audience=audiences.OF_FACT)


EVENTS: Final = (
    _event_type("recorded", "A fact was recorded from which periods of the law may follow."),
    _event_type("corrected", "A fact was put right: this revision stands, the older ones not."),
    _event_type("withdrawn", "A fact was taken back, and counts no more."),
)
#: For a follower's `Read`: `intake.fact.recorded`, ...
NAMES: Final = tuple(event_type.name for event_type in EVENTS)


def announcement_of(fact: Fact) -> Announcement:
    """Return the event that carries a revision of a fact."""
    verb = "withdrawn" if fact.withdrawn else "recorded" if fact.revision == 1 else "corrected"
    names = ("revision", "kind", "happened", "learnt", "about", "withdrawn", "reason")
    stated = {name: getattr(fact, name) for name in names}
    return Announcement(f"fact.{verb}", {"fact": fact.id, **stated, **fact.codes})


def fact_of(received: Received) -> Fact:
    """Return the revision of a fact that an event contains; its view is `FactStated`."""
    data = received.data
    return Fact(
        id=data["fact"],
        case=received.subject,
        kind=data["kind"],
        revision=data["revision"],
        happened=data["happened"],
        learnt=data["learnt"],
        about=data["about"],
        codes={name: data[name] for name in CODES if data.get(name) is not None},
        withdrawn=data["withdrawn"],
        reason=data.get("reason"),
    )


def law_fact(case: UUID) -> UUID:
    """Return the id of the fact under whose law a case was opened."""
    return uuid5(case, "law")


def person_fact(case: UUID) -> UUID:
    """Return the id of the fact about the person's age."""
    return uuid5(case, "person")


def detected(detection: UUID, kind: str) -> UUID:
    """Return the id of a fact of this kind that a detection states."""
    return uuid5(detection, kind)


def of_opening(case: UUID, *, jurisdiction: str, age: str, opened_on: date | str | None) -> tuple[Fact, Fact]:
    """Return the facts of a case's opening: its law, and the person's age as far as it is known."""
    happened = UNKNOWN if opened_on is None else str(opened_on)
    law = Fact(id=law_fact(case), case=case, kind="law", happened=happened, codes={"jurisdiction": jurisdiction})
    return law, Fact(id=person_fact(case), case=case, kind="person", happened=happened, codes={"age": age})


def of_step(case: UUID, step: UUID, kind: str, stated: Mapping[str, Any]) -> Fact:
    """Return the fact of a step on the official path.

    `kind`: of its stage. `stated`: its fields, by the event's names.

    A step of our own without a day was taken when it was recorded. For one that was taken elsewhere, the day is
    unknown.
    """
    received = stated.get("received_on")
    happened = stated.get("happened") or stated.get("occurred_on")
    if happened is None:
        happened = UNKNOWN if stated["made_elsewhere"] or received is None else str(received)
    learnt = stated.get("learnt") or received
    beside = ("stage", "outcome", "authority", "dublin", "foreigner")
    codes = {name: stated[name] for name in beside if stated.get(name) is not None}
    if stated.get("reconsidered") is not None:
        codes["reconsiders"] = stated["reconsidered"]
    return Fact(
        id=step,
        case=case,
        kind=kind,
        happened=happened,
        learnt=None if learnt is None else str(learnt),
        about=stated.get("about"),
        codes=codes,
        decided_by=stated.get("authority"),
    )


def of_detection(case: UUID, detection: UUID, stated: Mapping[str, Any]) -> list[Fact]:
    """Return the facts that a detection states, by its fields as the event names them. Omitted fields have no fact."""
    learnt = stated.get("learnt") or stated.get("detected_on")
    return [
        Fact(
            id=detected(detection, kind),
            case=case,
            kind=kind,
            happened=stated[field],
            learnt=None if learnt is None else str(learnt),
        )
        for field, kind in OF_DETECTION.items()
        if stated.get(field) is not None
    ]
