"""Read all that is stored about a case: its file, its timeline and the person's copy. No function commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.access.merging.actions import links
from services.intake.access.rights.actions import annotations, copies
from services.intake.access.rights.models import Annotation
from services.intake.agencies.consent.actions import sharings as sharing
from services.intake.agencies.consent.models import Consent, ConsentRefusal, Sharing, WithdrawalAnswer
from services.intake.agencies.referral.actions.copies import copied as copied_referrals
from services.intake.agencies.referral.models import Referral, ReferralIn, ReferralStep
from services.intake.agencies.referral.rules import responsible
from services.intake.agencies.report.models import ServiceProgress
from services.intake.cases.due.actions import listing
from services.intake.cases.due.models import HeardRisk
from services.intake.cases.lifecycle.models import AnonymityChoice
from services.intake.cases.lifecycle.rules.timeline import DATES
from services.intake.cases.lifecycle.schemas import CaseContents
from services.intake.facts.case.actions import beside
from services.intake.facts.case.models import Case, Correction, Record, TeamMember
from services.intake.facts.case.rules import written
from services.intake.facts.detection.models import Account, Detection
from services.intake.facts.fact import actions as fact
from services.intake.facts.identity import actions as identity
from services.intake.facts.identity.models import FormerDetailsReason
from services.intake.facts.safe_contact import actions as safe_contact
from services.intake.facts.safe_contact.models import ExclusionNote
from services.intake.path.identification.actions.steps import status_of, with_corrections
from services.intake.path.identification.models import (
    EntryDecision,
    FirstResponder,
    IdentificationStep,
    Notification,
    StepCorrection,
)
from shared import deadlines
from shared.access.permissions import Sight
from shared.access.tokens import Principal
from shared.casework import dates
from shared.casework.timeline import Timeline, read_page
from shared.casework.whole import DEADLINES, EXCLUSIONS, WholeCase, part_of
from shared.store.database import NamedRow

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
    "due": listing.DUE,
    "exclusion_notes": part_of(ExclusionNote),
    "links": links.LINKS,
    "merges": links.MERGES,
}
WHOLE: Final = WholeCase(
    Case,
    {name: part_of(kind) for name, kind in _PARTS.items()}
    | {"exclusions": EXCLUSIONS, "clocks": DEADLINES, "facts": fact.FACTS}
    | _BESIDE,
)
#: The timeline of a case, made from its file as the reader sees it.
_TIMELINE: Final = Timeline("intake", CaseContents, DATES)


def file_of(session: Session, case_id: UUID) -> dict[str, Any]:
    """Return a whole case as `CaseContents` reads it. Raises `NotFound`."""
    return _contents(session, case_id, WHOLE.read(session, case_id))


def read_case(session: Session, case_id: UUID, now: datetime, *, by: Principal, sight: Sight) -> dict[str, Any]:
    """Return a whole case as `CaseFile` reads it: with its due items, and the links and merges that the reader sees.

    Raises `NotFound`.
    """
    rows, is_joined = WHOLE.read_joined(session, case_id)
    joined = links.joined_of(session, case_id, rows["links"], rows["merges"], by=by)
    items = listing.with_more(session, case_id, rows)
    contents = _contents(session, case_id, rows)
    others = beside(session, case_id, sight, now, by=by) if is_joined else {}
    if others:
        of_person, derived = _of_person(session, case_id, rows, others, now)
        contents |= of_person
        items = listing.with_joined(session, case_id, items, others, derived)
    shown = listing.shown_items(session, case_id, items, dates.today(now, rows["jurisdiction"]), sight, by=by)
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
        **copied_referrals(session, case_id, contents["referrals"], contents["referral_steps"]),
        "corrections": sharing.corrections_known_to_person(contents["corrections"], contents["sharings"]),
        "disclosures": copies.demands_known_to_person(session, case_id),
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
        "annotations": annotations.opened(session, case_id, rows["annotations"]),
        "assessed_urgent": next((risk["urgent"] for risk in rows["heard_risks"]), None),
    }


def hidden_acts(session: Session, case: UUID) -> frozenset[str]:
    """Return the actions that would reveal a demand or a sharing of which the person is not informed (yet)."""
    return copies.hidden_acts(session, case) | sharing.hidden_acts(session, case)


def read_timeline(
    session: Session, case_id: UUID, query: Mapping[str, str], now: datetime, *, by: Principal, sight: Sight
) -> tuple[dict[str, Any], int]:
    """Return the dated entries of a case's file in four lanes, and its deadlines.

    Raises `NotFound`, `Refused`.
    """
    page = read_page(query)
    file = read_contents(session, case_id, now, by=by, sight=sight)
    roles = {member["member"]: member["role"] for member in file["team"]}
    calculated = deadlines.calculated_at(session, case_id)
    return _TIMELINE.body(file, sight, roles, page, calculated_at=calculated), file["version"]
