"""Open cases, and read all that is stored about a case: its file and the person's copy."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.access.merging import actions as merging
from services.intake.access.rights import actions as rights
from services.intake.access.rights.models import Annotation
from services.intake.access.staff_access import actions as staff_access
from services.intake.agencies.consent.models import Consent, ConsentRefusal, WithdrawalAnswer
from services.intake.agencies.referral import actions as referral
from services.intake.agencies.referral.models import Referral, ReferralIn, ReferralStep
from services.intake.agencies.referral.rules import responsible
from services.intake.agencies.report.models import ServiceProgress
from services.intake.agencies.sharing import actions as sharing
from services.intake.agencies.sharing.models import Sharing
from services.intake.cases.due import actions as due
from services.intake.cases.lifecycle import rules
from services.intake.cases.lifecycle.models import AnonymityChoice
from services.intake.cases.lifecycle.schemas import FactsForAll, OnePerson, OpenCase, OpenCases
from services.intake.cases.work.models import HeardRisk
from services.intake.facts.case import actions as case_number
from services.intake.facts.case.actions import beside
from services.intake.facts.case.models import Case, Correction, Record, TeamMember
from services.intake.facts.case.rules import OPEN, written
from services.intake.facts.detection import actions as detection
from services.intake.facts.detection import rules as detection_rules
from services.intake.facts.detection.models import Account, Detection
from services.intake.facts.fact import actions as fact
from services.intake.facts.identity import actions as identity
from services.intake.facts.identity.models import FormerDetailsReason
from services.intake.facts.safe_contact import actions as safe_contact
from services.intake.facts.safe_contact.models import ExclusionNote
from services.intake.path.identification.actions import status_of, with_corrections
from services.intake.path.identification.models import EntryDecision, FirstResponder, IdentificationStep, StepCorrection
from services.intake.path.notification.models import Notification
from services.intake.path.outreach.actions import held_on
from services.intake.path.outreach.rules import check_traced
from shared import deadlines
from shared.access.permissions import Forbidden, Relation, Sight, permits
from shared.access.tokens import Principal
from shared.casework import dates
from shared.casework.refusals import FactRefused, StepForbidden
from shared.casework.whole import DEADLINES, EXCLUSIONS, WholeCase, part_of
from shared.deadlines import fact_events
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.http import KeyUsed, Pieces
from shared.store.database import NamedRow
from shared.store.statements import WrittenOnce, together

_PARTS: Final[dict[str, type[Record]]] = {
    "team": TeamMember,
    "detections": Detection,
    "consents": Consent,
    "consent_refusals": ConsentRefusal,
    "withdrawal_answers": WithdrawalAnswer,
    "entry_decisions": EntryDecision,
    "identification": IdentificationStep,
    "first_responders": FirstResponder,
    "accounts": Account,
    "corrections": Correction,
    "referrals_in": ReferralIn,
    "referrals": Referral,
    "referral_steps": ReferralStep,
    "service_progress": ServiceProgress,
    "sharings": Sharing,
    "notifications": Notification,
    "annotations": Annotation,
    "former_details_reasons": FormerDetailsReason,
    "anonymity_choices": AnonymityChoice,
}
#: Rows that the file does not show as they are. Other parts are made from them, or filtered for the reader.
_BESIDE: Final = {
    "step_corrections": part_of(StepCorrection),
    "heard_risks": part_of(HeardRisk),
    "heard_facts": fact.HEARD_FACTS,
    "due": due.DUE,
    "exclusion_notes": part_of(ExclusionNote),
    "links": merging.LINKS,
    "merges": merging.MERGES,
}
WHOLE: Final = WholeCase(
    Case,
    {name: part_of(kind) for name, kind in _PARTS.items()}
    | {"exclusions": EXCLUSIONS, "clocks": DEADLINES, "facts": fact.FACTS}
    | _BESIDE,
)
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
        fact.note(session, stated, now, by=UUID(by.subject))
        record(session, case, [opened, added])
    return case, _OPENED_VERSION


def _store_opened(session: Session, row: Mapping[str, object], member: UUID, role: str) -> bool:
    """Store a case with its lead under an unused number; return whether the lead was added."""
    asked = {**{f"case_{name}": column for name, column in row.items()}, "member": member, "role": role}
    while True:
        stored = _OPEN.execute(session, {**asked, "case_number": case_number.draw()}).one()
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


def file_of(session: Session, case_id: UUID) -> dict[str, Any]:
    """Return a whole case as `CaseContents` reads it. Raises `NotFound`."""
    return _contents(session, case_id, WHOLE.read(session, case_id))


def read_case(session: Session, case_id: UUID, now: datetime, *, by: Principal, sight: Sight) -> dict[str, Any]:
    """Return a whole case as `CaseFile` reads it: with its due items, and the links and merges that the reader sees.

    Raises `NotFound`.
    """
    rows, is_joined = WHOLE.read_joined(session, case_id)
    joined = merging.joined_of(session, case_id, rows["links"], rows["merges"], by=by)
    items = due.with_more(session, case_id, rows)
    contents = _contents(session, case_id, rows)
    others = beside(session, case_id, sight, now, by=by) if is_joined else {}
    if others:
        of_person, derived = _of_person(session, case_id, rows, others, now)
        contents |= of_person
        items = due.with_joined(session, case_id, items, others, derived)
    shown = due.shown_items(session, case_id, items, dates.today(now, rows["jurisdiction"]), sight, by=by)
    return {**contents, **joined, "due": shown}


def read_contents(session: Session, case_id: UUID, now: datetime, *, by: Principal, sight: Sight) -> dict[str, Any]:
    """Return a whole case without due items, links and merges, as `CaseContents` reads it. Raises `NotFound`."""
    rows, is_joined = WHOLE.read_joined(session, case_id)
    contents = _contents(session, case_id, rows)
    others = beside(session, case_id, sight, now, by=by) if is_joined else {}
    return contents | _of_person(session, case_id, rows, others, now)[0] if others else contents


def _of_person(
    session: Session, case_id: UUID, rows: NamedRow, others: Mapping[UUID, Sight], now: datetime
) -> tuple[dict[str, object], list[NamedRow]]:
    """Return the parts that depend on the facts of this case and of the person's other cases that the reader sees.

    Also return the periods that follow from these facts.
    """
    theirs = fact.every_revision(session, others)
    own = [{**row, "case_id": case_id} for part in ("facts", "heard_facts") for row in rows[part]]
    derived = fact.periods_of(session, case_id, others, now, (*own, *theirs))
    contents = {
        "facts": [*fact.displayed(rows["facts"]), *fact.facts_beside(theirs, others)],
        "clocks": deadlines.displayed_rows(derived),
        "identification_status": status_of(rows["jurisdiction"], case_id, (*own, *fact.seen_of(theirs, others))),
    }
    return contents, derived


def copy_of(session: Session, case_id: UUID) -> dict[str, object]:
    """Return all that intake stores of a case as `CaseCopy` reads it, except what the person was not informed of."""
    contents = file_of(session, case_id)
    return {
        **contents,
        "person": identity.known_of(session, case_id),
        "contact_attempts": safe_contact.attempts_of(session, case_id, most=None),
        "sharings": sharing.known_to_person(contents["sharings"]),
        "told_outside": sharing.told_outside(session, case_id, contents["language"]),
        **referral.copied(session, case_id, contents["referrals"], contents["referral_steps"]),
        "corrections": sharing.corrections_known_to_person(contents["corrections"], contents["sharings"]),
        "disclosures": rights.demands_known_to_person(session, case_id),
    }


def _contents(session: Session, case_id: UUID, rows: NamedRow) -> dict[str, Any]:
    return {
        **{name: part for name, part in rows.items() if name not in _BESIDE},
        "number": written(rows["number"]),
        "identification": with_corrections(rows["identification"], rows["step_corrections"]),
        "identification_status": status_of(rows["jurisdiction"], case_id, (*rows["facts"], *rows["heard_facts"])),
        "referrals": [{**row, "responsible": responsible(row["state"])} for row in rows["referrals"]],
        "clocks": deadlines.displayed_rows(rows["clocks"]),
        "facts": fact.displayed(rows["facts"]),
        "exclusions": safe_contact.with_notes(session, case_id, rows["exclusions"], rows["exclusion_notes"]),
        "annotations": rights.annotations_opened(session, case_id, rows["annotations"]),
        "assessed_urgent": next((risk["urgent"] for risk in rows["heard_risks"]), None),
    }


def hidden_acts(session: Session, case: UUID) -> frozenset[str]:
    """Return the actions that would reveal a demand or a sharing of which the person is not informed (yet)."""
    return rights.hidden_acts(session, case) | sharing.hidden_acts(session, case)
