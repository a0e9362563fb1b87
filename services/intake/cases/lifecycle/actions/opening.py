"""Open cases, for one person, for several people or for an offered referral, and correct what an opening states.

No function commits.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.access.staff_access import actions as staff_access
from services.intake.agencies.referral.rules import ACCESS as REFERRAL_ACCESS
from services.intake.agencies.report.actions import offers
from services.intake.agencies.report.models import Offer
from services.intake.agencies.report.rules import check_open
from services.intake.cases.lifecycle import rules
from services.intake.cases.lifecycle.models import AnonymityChoice
from services.intake.cases.lifecycle.schemas import (
    AcceptOffer,
    ChangeLaw,
    ChooseAnonymity,
    CorrectOpening,
    FactsForAll,
    OnePerson,
    OpenCase,
    OpenCases,
)
from services.intake.facts.case.actions import admit, contact_changed, record_change
from services.intake.facts.case.models import Case, Correction, bump, lock
from services.intake.facts.case.rules import OPEN, new_number
from services.intake.facts.detection import actions as detection
from services.intake.facts.detection import rules as detection_rules
from services.intake.facts.fact import actions as fact
from services.intake.facts.person.actions import part
from services.intake.path.identification.actions.steps import settle
from services.intake.path.outreach.actions import held_on
from services.intake.path.outreach.rules import check_traced
from shared.access import agencies
from shared.access.permissions import Forbidden, Relation, permits
from shared.access.tokens import Principal
from shared.casework import corrections, dates
from shared.casework.corrections import Correctable
from shared.casework.refusals import FactRefused, StepForbidden
from shared.deadlines import fact_events, facts
from shared.deadlines.facts import Fact
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.http import KeyUsed, Pieces, Reply
from shared.store.statements import WrittenOnce, together

#: The record class of an opening.
_CONTACT: Final = "contact"
#: The table, not its class: this session does not change the row.
_CASES: Final = Case.metadata.tables[Case.__tablename__]
_OPENED_WITH: Final = (
    *("id", "version", "number", "revision", "has_team", "status", "outreach_session", "opened_on"),
    *("jurisdiction", "source", "channel", "language", "anonymous", "age"),
)
_OPENED: Final = (
    insert(_CASES)
    .values({name: bindparam(f"case_{name}", type_=_CASES.c[name].type) for name in _OPENED_WITH})
    .on_conflict_do_nothing(index_elements=["number"])
    .returning(_CASES.c.id)
    .inline()
    .cte("opened")
)
_LED: Final = staff_access.first_member(_OPENED)
#: The case and its lead in one statement, because the caller waits for it.
_OPEN: Final = WrittenOnce(select(exists(_OPENED.select()).label("opened"), exists(_LED.select()).label("led")))
#: The version of a case after its opening and its first member.
_OPENED_VERSION: Final = 2
_AT_FIRST: Final = {"version": _OPENED_VERSION, "revision": 1, "has_team": True}
_RECORD_SIGNS: Final = "detection.record"


def open_case(session: Session, command: OpenCase, now: datetime, *, by: Principal) -> tuple[UUID, int]:
    """Open a contact, and with it a case that the caller leads.

    Return its id and version.
    """
    today = dates.today(now, command.jurisdiction)
    opened_on = command.opened_on or today
    dates.not_in_future("opened_on", opened_on, today)
    if command.outreach_session is not None:
        check_traced(held_on(session, command.outreach_session), opened_on)
    stored = command.stored(opened_on=opened_on)
    urgent_needs, met_at = stored.pop("urgent_needs"), stored.pop("outreach_session")
    case, role = new_id(), next(role for role in rules.OPENERS if role in by.roles)
    row = {"id": case, "status": OPEN, "outreach_session": met_at, **_AT_FIRST, **stored}
    led = _store_opened(session, row, UUID(by.subject), role)
    law, age = stored["jurisdiction"], stored["age"]
    stated = fact_events.of_opening(case, jurisdiction=law, age=age, opened_on=opened_on)
    opened = Announcement("contact.opened", {**stored, "urgent_needs": urgent_needs})
    added = staff_access.first_member_added(UUID(by.subject), role, led=led)
    with together(session):
        facts.note_all(session, stated, now=now, by=UUID(by.subject))
        record(session, case, [opened, added])
    return case, _OPENED_VERSION


def _store_opened(session: Session, row: Mapping[str, object], member: UUID, role: str) -> bool:
    """Store a case with its lead under an unused number; return whether the lead was added."""
    asked = {**{f"case_{name}": column for name, column in row.items()}, "member": member, "role": role}
    while True:
        stored = _OPEN.execute(session, {**asked, "case_number": new_number(secrets.choice)}).one()
        if stored.opened:  # otherwise another case has this number
            return bool(stored.led)


def open_cases(
    pieces: Pieces, command: OpenCases, *, by: Principal, seconds: float = rules.LONGEST_CALL
) -> list[dict[str, Any]]:
    """Open a contact for each of several people separately; return the result of each as `CasesOpened` reads it.

    After `seconds` no further person is started, and the others are `waiting`. The first person is always started.
    Raises `Forbidden` for signs that the caller may not record.
    """
    acts = ["case.open"]
    if command.common.detection is not None:
        if not permits(detection_rules.ACCESS, _RECORD_SIGNS, by, Relation.TEAM):
            raise Forbidden(_RECORD_SIGNS, detection_rules.ACCESS[_RECORD_SIGNS])
        acts.append(_RECORD_SIGNS)
    ends, results = time.monotonic() + seconds, list[dict[str, Any]]()
    for person in command.people:
        is_over = bool(results) and time.monotonic() >= ends
        results.append(_result(person) if is_over else _opened(pieces, command.common, person, tuple(acts), by=by))
    return results


def _opened(
    pieces: Pieces, common: FactsForAll, person: OnePerson, acts: tuple[str, ...], *, by: Principal
) -> dict[str, Any]:
    try:
        case = pieces.once(
            person.reference,
            repr((common, person)),
            acts,
            lambda session, now: _open_one(session, common, person, now, by=by),
        )
    except KeyUsed:
        return _result(person, refused=rules.reference_in_use())
    except StepForbidden as refused:
        return _result(person, refused=refused)
    return _result(person, case=case)


def _open_one(session: Session, common: FactsForAll, person: OnePerson, now: datetime, *, by: Principal) -> UUID:
    of_both = {"opened_on": person.opened_on or common.opened_on}
    stated = common.stored(**of_both) | person.stored(**of_both)
    signs = stated.pop("detection")
    del stated["reference"]
    case, _version = open_case(session, OpenCase(**stated), now, by=by)
    if signs is not None:
        detection.record_detection(session, case, signs, now, by=by)
    return case


def _result(person: OnePerson, *, case: UUID | None = None, refused: StepForbidden | None = None) -> dict[str, Any]:
    problem = None
    if refused is not None:
        field = refused.errors[0]["field"] if isinstance(refused, FactRefused) else None
        problem = {"rule": refused.rule, "field": field, "message": str(refused)}
    status = "opened" if case is not None else "waiting" if refused is None else "refused"
    return {"reference": person.reference, "status": status, "case": case, "problem": problem}


def accept_offer(
    session: Session,
    offer_id: UUID,
    command: AcceptOffer,
    now: datetime,
    matches: Callable[[int], None],
    *,
    by: Principal,
) -> Reply:
    """Accept an offered referral: a case opens for the person, led by the caller, or it joins the one they have.

    Raises `NotFound`, `Forbidden`, `StepForbidden`, `FactRefused`.
    """
    offer = offers.locked(session, offer_id, matches)
    check_open(offer.state)
    rules.check_opening(command.case, command.channel)
    if command.case is None:
        case = _opened_for(session, offer, command, now, by=by)
    else:
        case = command.case
        admit(session, case, REFERRAL_ACCESS, "referral.receive", by=by)
        lock(session, case)
    offers.accept(session, offer, case, now, by=by)
    return Reply({"case": case}, about=case)


def _opened_for(session: Session, offer: Offer, command: AcceptOffer, now: datetime, *, by: Principal) -> UUID:
    sender = agencies.find(session, offer.agency)
    opening = OpenCase(
        jurisdiction=offer.jurisdiction,
        source=rules.source_of(None if sender is None else sender.type),
        channel=str(command.channel),
        language=command.language or str(offer.language),
        anonymous=command.anonymous,
        age=str(offer.age),
    )
    return open_case(session, opening, now, by=by)[0]


def correct_opening(session: Session, case_id: UUID, command: CorrectOpening, now: datetime, *, by: Principal) -> UUID:
    """Correct the data stated at the opening, with the reason; earlier values are kept and marked.

    Return the correction's id. Raises `FactRefused`.
    """
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    rules.check_stays(takes_back=command.reason in corrections.TAKES_BACK)
    rules.check_opened_on(command.opened_on, today, case.closed_on)
    opening = cast("Correctable", case)  # it cannot be withdrawn, and its `case_id` is its own id
    corrected = corrections.put_right(session, Correction, opening, _CONTACT, command, now=now, today=today, by=by)
    record(session, case_id, [corrected.announcement, contact_changed(case)])
    if "opened_on" in corrected.was:
        _correct_opening_facts(session, case, command.reason, now, by=UUID(by.subject))
        settle(session, case_id, now)
    bump(session, case_id)
    return corrected.id


def choose_anonymity(
    session: Session, case_id: UUID, command: ChooseAnonymity, now: datetime, *, by: Principal
) -> UUID:
    """Record whether the person wants to stay without a name, as they choose now, and why.

    Return the choice's id. Raises `FactRefused`, `StepForbidden`.
    """
    case = session.get_one(Case, case_id)
    chosen_on = dates.dated("chosen_on", command.chosen_on, dates.today(now, case.jurisdiction))
    rules.check_choice(before=case.anonymous, chosen=command.anonymous, names=part(session, case_id, "names") or [])
    case.anonymous = command.anonymous
    stored = command.stored(chosen_on=chosen_on)
    choice = AnonymityChoice(id=new_id(), case_id=case_id, recorded_by=UUID(by.subject), **stored)
    session.add(choice)
    record_change(session, case_id, [contact_changed(case)])
    return choice.id


def change_law(session: Session, case_id: UUID, command: ChangeLaw, now: datetime, *, by: Principal) -> UUID:
    """Record that another law applies from a day on; periods that began before continue under their own law.

    Return the fact's id. Raises `FactRefused`, `StepForbidden`.
    """
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    rules.check_law(case.jurisdiction, command.jurisdiction, command.since, case.opened_on, today)
    law = Fact(
        id=new_id(),
        case=case_id,
        kind="law",
        happened=command.since.isoformat(),
        learnt=today.isoformat(),
        codes={"jurisdiction": command.jurisdiction},
    )
    fact.announce(session, [law], now, by=UUID(by.subject))
    case.jurisdiction = command.jurisdiction
    record(session, case_id, [contact_changed(case)])
    settle(session, case_id, now)
    bump(session, case_id)
    return law.id


def _correct_opening_facts(session: Session, case: Case, reason: str, now: datetime, *, by: UUID) -> None:
    """Correct the day of the opening in the facts that the opening stated. Their other values stay."""
    of_opening = {fact_events.law_fact(case.id), fact_events.person_fact(case.id)}
    for stated in facts.standing(session, [case.id]):
        if stated.id in of_opening:
            fact.restate(session, replace(stated, happened=case.opened_on.isoformat()), reason, now, by=by)
