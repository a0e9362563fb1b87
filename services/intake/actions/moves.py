"""A record that was made on the wrong person goes to the right case; the wrong one keeps that it was withdrawn.

Nothing that a reader of the wrong case can come by leads to the right one: the record has another id there, its event
shares neither correlation nor trace, and each case's audit has a row of its own.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions import packages
from services.intake.actions.annotations import place
from services.intake.actions.detections import check_alive
from services.intake.actions.records import record_of
from services.intake.actions.referrals import withdraw_uncovered
from services.intake.actions.standing import admit
from services.intake.actions.today import local_today
from services.intake.models import (
    Annotation,
    Case,
    Consent,
    Correction,
    Detection,
    Record,
    Referral,
    ReferralIn,
    WithdrawalAnswer,
    bump,
    fields,
    lock,
)
from services.intake.rules import moves
from shared import audit, keys
from shared.apart import apart
from shared.envelope import Announcement, new_id
from shared.eventlog import record
from shared.reference import profile
from shared.standing import exclusions
from shared.tokens import Principal

ACTION: Final = "record.move"
_KINDS: Final[dict[str, type[Record]]] = {
    "detection": Detection,
    "consent": Consent,
    "referral": Referral,
    "referral_in": ReferralIn,
}


def move_record(
    session: Session, now: datetime, case_id: UUID, who: Principal, body: dict[str, Any]
) -> tuple[UUID, int]:
    """Move a record; gives the id of what the wrong case keeps of it, and that case's new version.

    Raises `NotFound`, also for a case that the mover may not move to, `CaseRestricted`, `StepForbidden`, `FactRefused`.
    """
    which, to = body["record"], body["to_case"]
    rules.two_cases(case_id, to)
    admit(session, to, who, ACTION)
    moves.movable(body["record_class"])
    lock(session, to)
    wrong, right = session.get_one(Case, case_id), session.get_one(Case, to)
    found = record_of(session, _KINDS[body["record_class"]], case_id, which)
    _check(session, right, found)
    moved = _moved(session, found, to)
    today = local_today(wrong.jurisdiction, now)
    correction = Correction(
        id=new_id(), case_id=case_id, record_class=body["record_class"], record=which, corrected_on=today
    )
    session.add(correction)
    _tell_withdrawn(session, now, wrong, found, moved, correction)
    with apart(session) as origin:
        record(session, to, _TOLD[body["record_class"]](right, moved))
        _move_annotations(session, case_id, which, to, moved.id)
        audit.note(session, who, action=ACTION, subject=to, status=201, correlation=origin.correlation)
    bump(session, to)
    return correction.id, bump(session, case_id)


def _check(session: Session, right: Case, found: Any) -> None:
    """Check that the right case takes the record. Raises `StepForbidden` and `FactRefused`."""
    if isinstance(found, Detection):
        check_alive(session, right.id, fields(found))
    if isinstance(found, Referral):
        moves.referral_is_a_draft(found.state)
    if isinstance(found, Consent | Referral):
        rules.consent_agency(found.agency, profile(right.jurisdiction))
        rules.wanted(found.agency, [each.agency for each in exclusions.of_case(session, right.id)])


def _moved(session: Session, found: Any, to: UUID) -> Any:
    """Take a record out of one case and put it into another, as it was, under an id that nobody has seen."""
    kind = type(found)
    values = {name: getattr(found, name) for name in inspect(kind).columns.keys()}  # noqa: SIM118
    moved = kind(**{**values, "id": new_id(), "case_id": to})
    session.delete(found)
    session.add(moved)
    session.flush()
    return moved


def _tell_withdrawn(
    session: Session, now: datetime, wrong: Case, found: Any, moved: Any, correction: Correction
) -> None:
    """Say in the wrong case that the record is withdrawn; whoever was told by a consent is to delete what they got."""
    told = {"record_class": correction.record_class, "record": correction.record}
    withdrawn = [Announcement("record.withdrawn", {**told, "withdrawn_on": correction.corrected_on})]
    if isinstance(moved, Consent) and moved.withdrawn_on is None:
        withdrawn.insert(0, _consent_withdrawn(found.id, moved, correction.corrected_on, erase=True))
    record(session, wrong.id, withdrawn)
    if isinstance(moved, Referral):
        packages.move(session, found.id, moved)
    if isinstance(moved, Consent):
        of_it = update(WithdrawalAnswer).where(WithdrawalAnswer.consent_id == found.id)
        session.execute(of_it.values(case_id=moved.case_id, consent_id=moved.id))
        withdraw_uncovered(session, now, wrong, moved.agency, moved.purposes)


def _move_annotations(session: Session, case_id: UUID, which: UUID, to: UUID, moved: UUID) -> None:
    """Let what the person said of the record go with it, sealed anew under the right case's key."""
    said = select(Annotation).where(Annotation.case_id == case_id, Annotation.record == which).order_by(Annotation.id)
    for each in list(session.execute(said).scalars()):
        words, made = keys.of(session).unseal(case_id, place(each.id), each.statement), new_id()
        sealed = keys.of(session).seal(to, place(made), words)
        told = {"about": each.about, "record": moved, "reason": each.reason, "annotated_on": each.annotated_on}
        session.add(Annotation(id=made, case_id=to, statement=sealed, by=each.by, **told))
        session.delete(each)
        record(session, to, [Announcement("annotation.recorded", {"annotation": made, **told})])


def _detection(right: Case, moved: Detection) -> list[Announcement]:
    names = (
        *("indicators", "strength", "exploitation_types", "means_of_control", "sectors", "detector"),
        *("earliest_incident_on", "work_ended_on", "detected_on"),
    )
    told = {name: getattr(moved, name) for name in names}
    return [Announcement("detection.recorded", {"detection": moved.id, "jurisdiction": right.jurisdiction, **told})]


def _consent(_right: Case, moved: Consent) -> list[Announcement]:
    names = ("agency", "purposes", "data_categories", "language", "granted_on", "expires_on")
    told = [Announcement("consent.granted", {"consent": moved.id, **{name: getattr(moved, name) for name in names}})]
    if moved.withdrawn_on is not None:
        told.append(_consent_withdrawn(moved.id, moved, moved.withdrawn_on, erase=False))
    return told


def _consent_withdrawn(which: UUID, consent: Consent, on: date, *, erase: bool) -> Announcement:
    told = {"agency": consent.agency, "purposes": consent.purposes, "erase_requested": erase, "withdrawn_on": on}
    return Announcement("consent.withdrawn", {"consent": which, **told})


def _draft(_right: Case, _moved: Referral) -> list[Announcement]:
    return []  # nobody hears of a draft


def _referral_in(_right: Case, moved: ReferralIn) -> list[Announcement]:
    names = ("agency_type", "service_types", "urgent", "received_on")
    told = {name: getattr(moved, name) for name in names}
    return [Announcement("referral_in.recorded", {"referral": moved.id, **told})]


_TOLD: Final[dict[str, Callable[[Case, Any], list[Announcement]]]] = {
    "detection": _detection,
    "consent": _consent,
    "referral": _draft,
    "referral_in": _referral_in,
}
