"""Actions about signs of exploitation and accounts: load, decide, store, announce. None commits."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.facts.case.actions import alike, correct_record, record_of, recorded
from services.intake.facts.case.models import Case, bump, fields
from services.intake.facts.detection import rules
from services.intake.facts.detection.actions.children import report_detected, report_withdrawn
from services.intake.facts.detection.models import Account, Detection
from services.intake.facts.detection.schemas import CorrectAccount, CorrectDetection, RecordAccount, RecordDetection
from services.intake.facts.fact.actions import KEEPING, announce, correct, restate, take_back
from services.intake.facts.fact.hooks import Adoption
from services.intake.facts.fact.rules import check_stands
from services.intake.facts.fact.schemas import CorrectFact
from services.intake.facts.person.actions import part
from services.intake.facts.person.rules import check_not_before_birth
from shared.access.tokens import Principal
from shared.casework import dates, times
from shared.casework.fact_rules import takes_back
from shared.deadlines import fact_events, facts
from shared.deadlines.facts import Fact
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.http import Created

#: The fields of a detection in its event.
_PUBLISHED: Final = (
    *("indicators", "strength", "exploitation_types", "means_of_control", "sectors", "detector"),
    *fact_events.OF_DETECTION,
    *("detected_on", "happened", "learnt"),
)

#: Two detections are alike if these fields are equal.
SAID: Final = (*_PUBLISHED, "operational")


def record_detection(
    session: Session, case_id: UUID, command: RecordDetection, now: datetime, *, by: Principal
) -> Created:
    """Record signs of exploitation.

    Return the detection's id and the id of an earlier one that is alike. The days that it states
    are facts of the case, from which limitation periods follow. Raises `FactRefused`.
    """
    case = session.get_one(Case, case_id)
    when = (command.happened, command.learnt, now, case.jurisdiction, dates.today(now, case.jurisdiction))
    detected_on = rules.detected_day(command.detected_on, *when)
    stored = command.stored(detected_on=detected_on, strength=rules.strength(command.indicators))
    _check(session, case, stored, detected_on, now)
    detection = Detection(id=new_id(), case_id=case_id, **stored)
    same = _alike(session, detection)
    session.add(detection)
    report_detected(session, detection, case.age)
    facts.note_all(session, facts_of(detection), now=now, by=UUID(by.subject))
    bump(session, case_id)
    record(session, case_id, [announcement_of(detection, case.jurisdiction)])
    announce(session, unpaid_work_of(detection), now, by=UUID(by.subject))
    KEEPING.derive(session, case_id, now)
    return Created(detection.id, same)


def facts_of(detection: Detection) -> list[Fact]:
    """Return the facts that a detection states."""
    return fact_events.of_detection(detection.case_id, detection.id, fields(detection))


# control: H-DEADLINE-8 wages-withheld
def unpaid_work_of(detection: Detection) -> list[Fact]:
    """Return the fact that wages were withheld, if a detection saw that sign. It has no day of its own.

    Limits for wages count from the end of the work, so that a case without that day has to ask for it. The fact names
    the end of the work that the detection states: work for another employer may have ended on another day.
    """
    if rules.WAGES_WITHHELD not in detection.indicators:
        return []
    learnt = detection.learnt or detection.detected_on.isoformat()
    about = None if detection.work_ended_on is None else _end_of_work(detection)
    wages = wages_fact(detection.id)
    return [Fact(id=wages, case=detection.case_id, kind="wages_withheld", learnt=learnt, about=about)]


# control: H-DEADLINE-8 adopted-detections
def adopt_detections(session: Session, adoption: Adoption) -> None:
    """State the withheld wages of a case's detections: an older release recorded those without a fact."""
    asked = select(Detection).where(Detection.case_id == adoption.case, Detection.corrected_on.is_(None))
    for detection in session.scalars(asked.order_by(Detection.id)).all():
        for wages in unpaid_work_of(detection):
            if not facts.own_revisions(session, wages.case, wages.id):
                announce(session, [wages], adoption.now, by=None)


def wages_fact(detection: UUID) -> UUID:
    """Return the id of the fact that a detection saw wages withheld."""
    return uuid5(detection, "unpaid_work")


def _end_of_work(detection: Detection) -> UUID:
    return fact_events.detected(detection.id, fact_events.OF_DETECTION["work_ended_on"])


def announcement_of(detection: Detection, jurisdiction: str) -> Announcement:
    """Return the event of a detection. It omits the operational indicators, which only explain it to staff."""
    payload = {name: getattr(detection, name) for name in _PUBLISHED}
    return Announcement("detection.recorded", {"detection": detection.id, "jurisdiction": jurisdiction, **payload})


def _alike(session: Session, detection: Detection) -> UUID | None:
    """Return an earlier detection of the case that is alike, perhaps because it was sent twice."""
    same = [getattr(Detection, name) == getattr(detection, name) for name in SAID]
    standing = (Detection.case_id == detection.case_id, Detection.corrected_on.is_(None), *same)
    return session.scalars(select(Detection.id).where(*standing).order_by(Detection.id).limit(1)).one_or_none()


def _check(session: Session, case: Case, stated: Mapping[str, Any], detected_on: date, now: datetime) -> None:
    days = {field: stated[field] for field in fact_events.OF_DETECTION}
    rules.check_detection(days, detected_on, dates.today(now, case.jurisdiction), now, case.jurisdiction)
    check_days(session, case, stated)


def check_days(session: Session, case: Case, stated: Mapping[str, Any]) -> None:
    """Check that no day of a detection is before the person's birth. Raises `FactRefused`."""
    moments = {field: stated.get(field) for field in fact_events.OF_DETECTION}
    days: dict[str, str | date | None] = {
        field: None if moment is None else dates.local_day(moment, case.jurisdiction)
        for field, moment in moments.items()
    }
    check_not_before_birth(part(session, case.id, "birth"), {**days, "detected_on": stated.get("detected_on")})


def correct_detection(
    session: Session, case_id: UUID, detection_id: UUID, command: CorrectDetection, now: datetime, *, by: Principal
) -> None:
    """Correct the days of recorded signs, or withdraw them; the earlier values are kept.

    The earlier values are kept among the facts. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    detection = record_of(session, Detection, case_id, detection_id)
    check_stands(withdrawn=detection.corrected_on is not None)
    if takes_back(command.reason, command.days, withdrawn=command.withdrawn):
        _take_back(session, detection, command.reason, now, by=UUID(by.subject))
        KEEPING.derive(session, case_id, now)
        bump(session, case_id)
        return
    case, caller = session.get_one(Case, case_id), UUID(by.subject)
    _check(session, case, {**fields(detection), **command.days}, detection.detected_on, now)
    for field, happened in command.days.items():
        _correct_day(session, detection, field, happened, command.reason, now, by=caller)
    _name_end_of_work(session, detection, command.reason, now, by=caller)
    KEEPING.derive(session, case_id, now)
    bump(session, case_id)


def _correct_day(
    session: Session, detection: Detection, field: str, happened: str, reason: str, now: datetime, *, by: UUID
) -> None:
    is_new = getattr(detection, field) is None
    setattr(detection, field, happened)
    kind = fact_events.OF_DETECTION[field]
    [stated] = [fact for fact in facts_of(detection) if fact.kind == kind]
    if is_new:
        stated = replace(stated, learnt=dates.today(now, _law(session, detection)).isoformat())
    restate(session, stated, reason, now, by=by)


def _name_end_of_work(session: Session, detection: Detection, reason: str, now: datetime, *, by: UUID) -> None:
    """Let the fact of withheld wages name the end of the work, if only a correction of the detection states that."""
    for wages in _wages_of(session, detection):
        if detection.work_ended_on is not None and wages.about is None:
            restate(session, replace(wages, about=_end_of_work(detection)), reason, now, by=by)


def _wages_of(session: Session, detection: Detection) -> list[Fact]:
    """Return the fact of withheld wages of a detection; empty if there is none, or if it was withdrawn."""
    recorded = facts.own_revisions(session, detection.case_id, wages_fact(detection.id))[-1:]
    return [fact for fact in recorded if not fact.withdrawn]


def detection_of(session: Session, fact: Fact) -> Detection | None:
    """Return the detection that states a fact; None if no detection does."""
    of_case = session.scalars(select(Detection).where(Detection.case_id == fact.case))
    return next((each for each in of_case if fact_events.detected(each.id, fact.kind) == fact.id), None)


def correct_stated_fact(
    session: Session, detection: Detection, standing: Fact, command: CorrectFact, now: datetime, *, by: UUID
) -> Fact:
    """Correct a fact that a detection states, and the day in the detection. Return the fact's current state.

    Raises `StepForbidden`, `FactRefused`.
    """
    case = session.get_one(Case, detection.case_id)
    [field] = [name for name, kind in fact_events.OF_DETECTION.items() if kind == standing.kind]
    if command.happened is not None:
        _check(session, case, {**fields(detection), field: command.happened}, detection.detected_on, now)
    corrected = correct(session, case.id, standing.id, command, now, by=by)
    setattr(detection, field, None if corrected.withdrawn else corrected.happened)
    return corrected


def _law(session: Session, detection: Detection) -> str:
    return session.get_one(Case, detection.case_id).jurisdiction


def _take_back(session: Session, detection: Detection, reason: str, now: datetime, *, by: UUID) -> None:
    detection.corrected_on, detection.corrected_because = dates.today(now, _law(session, detection)), reason
    payload = {"record_class": "detection", "record": detection.id, "withdrawn_on": detection.corrected_on}
    record(session, detection.case_id, [Announcement("record.withdrawn", payload)])
    report_withdrawn(session, detection, session.get_one(Case, detection.case_id).age)
    take_back(session, standing_facts_of(session, detection), reason, now, by=by)


def standing_facts_of(session: Session, detection: Detection) -> list[Fact]:
    """Return the facts that a detection states and that were not taken back."""
    latest = [facts.latest(session, detection.case_id, fact.id) for fact in facts_of(detection)]
    return [*(fact for fact in latest if not fact.withdrawn), *_wages_of(session, detection)]


def was_denied(session: Session, detection: Detection) -> bool:
    """Return whether the fact of withheld wages of a detection was withdrawn on its own."""
    return any(
        fact.withdrawn for fact in facts.own_revisions(session, detection.case_id, wages_fact(detection.id))[-1:]
    )


def explain_detection(session: Session, case_id: UUID, detection_id: UUID) -> dict[str, object]:
    """Return how strong the recorded signs are by the published indicators; it decides nothing.

    Raises `NotFound`.
    """
    detection = record_of(session, Detection, case_id, detection_id)
    return {"id": detection_id, "explained": rules.explain(detection.indicators, detection.operational)}


def record_account(session: Session, case_id: UUID, command: RecordAccount, now: datetime, *, by: Principal) -> Created:
    """Record that the person gave an account; never its content.

    Raises `StepForbidden` for one asked for needlessly.
    """
    case = session.get_one(Case, case_id)
    when = times.stated(
        command.happened, command.learnt, now, case.jurisdiction, day=command.given_on, field="given_on"
    )
    stored = command.stored(given_on=when.day)
    stated = {"elsewhere": command.elsewhere, "reason": command.reason}
    # Two accounts with only the same day may be different accounts.
    earlier = alike(session, Account, case_id, stated, when, day="given_on") if when.happened else None
    valid = (Account.case_id == case_id, Account.taken_back_at.is_(None))
    before = list(session.execute(select(Account).where(*valid)).scalars())
    ours = [str(account.id) for account in before if not account.elsewhere]
    # An account that was given elsewhere is only counted. An account that we ask for again needs a reason.
    if earlier is not None:
        times_given = session.get_one(Account, earlier).times
    elif command.elsewhere:
        times_given = len(before) + 1
    else:
        times_given = rules.ask_for_account(len(before), ours, command.reason)
    account = Account(case_id=case_id, times=times_given, alike=earlier, **stored | recorded(when, now, by))
    session.add(account)
    bump(session, case_id)
    record(session, case_id, [_given(account)])
    return Created(account.id, earlier)


def correct_account(
    session: Session, case_id: UUID, account_id: UUID, command: CorrectAccount, now: datetime, *, by: Principal
) -> UUID:
    """Correct the record of an account, or withdraw it as recorded wrongly.

    A withdrawn account is not counted. Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    account = record_of(session, Account, case_id, account_id)
    return correct_record(
        session,
        account,
        "account",
        command,
        now,
        by=by,
        day="given_on",
        events=lambda: [_given(account)],
        asked_because="reason",
    )


def _given(account: Account) -> Announcement:
    payload = {name: getattr(account, name) for name in ("times", "elsewhere", "reason", "given_on")}
    return Announcement("account.recorded", {"account": account.id, **payload})
