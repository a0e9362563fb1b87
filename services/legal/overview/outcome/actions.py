"""Compute outcome statistics from the case's own records. Matter files are not included."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, cast, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.legal.cases.advice.models import Advice
from services.legal.cases.case.models import Case
from services.legal.cases.identification.models import IdentificationFact
from services.legal.compensation.award.models import Award, AwardStep
from services.legal.compensation.award.rules import WITH_AMOUNT
from services.legal.compensation.matter.models import Matter
from services.legal.overview.outcome import rules
from services.legal.overview.outcome.rules import Reached
from shared.deadlines.facts import heard_facts

_Days: TypeAlias = Mapping[UUID, date]
#: The day for each person and remedy, for people with a claim or an award.
_Claims: TypeAlias = Mapping[tuple[UUID, str], date]
#: The outcomes of an authority's decision; announcements of a later decision are excluded.
_DECIDED: Final = ("positive", "negative", "disqualified")
_GRANTED: Final = ("granted", "partly_granted")
_STANDS: Final = Matter.taken_back_at.is_(None)
_A_DAY: Final = r"^\d{4}-\d{2}-\d{2}"


def outcomes(session: Session) -> dict[str, object]:
    """Return how many people had advice, a decision, an award and a payment, and after how long; no small numbers."""
    known = select(Case.id, Case.jurisdiction).where(Case.jurisdiction.is_not(None))
    where = {row.id: str(row.jurisdiction) for row in session.execute(known)}
    contact = _contacts(session)
    return {
        "places": _places(where, contact, _advised(session), _decided(session)),
        "remedies": _remedies(where, contact, _claims(session), _awarded(session), _paid(session)),
        "smallest_shown": rules.SMALLEST,
    }


def _places(where: Mapping[UUID, str], contact: _Days, advised: _Days, decided: _Days) -> list[dict[str, object]]:
    people: defaultdict[str, list[Reached]] = defaultdict(list)
    for case, jurisdiction in where.items():
        people[jurisdiction].append(Reached(contact.get(case), (advised.get(case), decided.get(case))))
    return [
        {"jurisdiction": jurisdiction, **_shown(of_place, rules.OF_PLACE)}
        for jurisdiction, of_place in sorted(people.items())
    ]


def _remedies(
    where: Mapping[UUID, str], contact: _Days, claims: Iterable[tuple[UUID, str]], awarded: _Claims, paid: _Claims
) -> list[dict[str, object]]:
    people: defaultdict[tuple[str, str], list[Reached]] = defaultdict(list)
    for claim in sorted(claims):
        case, remedy = claim
        if case in where:
            days = (awarded.get(claim), paid.get(claim))
            people[remedy, where[case]].append(Reached(contact.get(case), days))
    return [
        {"remedy": remedy, "jurisdiction": jurisdiction, **_shown(of_remedy, rules.OF_REMEDY)}
        for (remedy, jurisdiction), of_remedy in sorted(people.items())
    ]


def _shown(people: Sequence[Reached], names: Sequence[str]) -> dict[str, object]:
    cases, steps = rules.published(people, names)
    return {"cases": cases, "steps": steps}


def _contacts(session: Session) -> _Days:
    """Return the day of the first contact of each case, from its opening."""
    opened = heard_facts.c
    day = cast(func.left(opened.happened, len("2026-03-02")), Date)
    openings = (opened.kind == "law", ~opened.withdrawn, opened.happened.regexp_match(_A_DAY))
    first = select(opened.case_id, func.min(day)).where(*openings).group_by(opened.case_id)
    return dict(session.execute(first).all())


def _advised(session: Session) -> _Days:
    return _first(session, Advice.case_id, Advice.given_on, Advice.status == "given", Advice.taken_back_at.is_(None))


def _decided(session: Session) -> _Days:
    step = IdentificationFact
    counts = (step.outcome.in_(_DECIDED), ~step.corrected, step.received_on.is_not(None))
    return _first(session, step.case_id, step.received_on, *counts)


def _first(
    session: Session,
    of_case: InstrumentedAttribute[UUID],
    day: InstrumentedAttribute[date] | InstrumentedAttribute[date | None],
    *conditions: ColumnElement[bool],
) -> _Days:
    first = session.execute(select(of_case, func.min(day)).where(*conditions).group_by(of_case))
    return {case: on for case, on in first if on is not None}


def _claims(session: Session) -> set[tuple[UUID, str]]:
    claimed = select(Matter.case_id, Matter.remedy).where(Matter.applied_on.is_not(None), _STANDS)
    rows = session.execute(union_all(claimed, select(Award.case_id, Award.remedy)))
    return {(case, remedy) for case, remedy in rows}


def _awarded(session: Session) -> _Claims:
    granted = select(Matter.case_id, Matter.remedy, Matter.decided_on).where(Matter.outcome.in_(_GRANTED), _STANDS)
    return _earliest(session, granted, select(Award.case_id, Award.remedy, Award.awarded_on))


def _paid(session: Session) -> _Claims:
    """Return the day of the first payment of each claim, including advances."""
    paid = select(Matter.case_id, Matter.remedy, Matter.paid_on).where(Matter.paid_on.is_not(None), _STANDS)
    steps = select(Award.case_id, Award.remedy, AwardStep.happened_on).join(Award, Award.id == AwardStep.award)
    return _earliest(session, paid, steps.where(AwardStep.kind.in_(WITH_AMOUNT)))


def _earliest(
    session: Session, of_matters: Select[UUID, str, date | None], of_awards: Select[UUID, str, date]
) -> _Claims:
    earliest: dict[tuple[UUID, str], date] = {}
    for case, remedy, on in (*session.execute(of_matters).all(), *session.execute(of_awards).all()):
        if on is not None:
            earliest[case, remedy] = min(on, earliest.get((case, remedy), on))
    return earliest
