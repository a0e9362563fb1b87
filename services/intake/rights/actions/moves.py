"""Moving a record that was made on the wrong person to the right case; the wrong one keeps that it was withdrawn.

Nothing that a reader of the wrong case can see leads to the right one: the record gets a new id there, its event
shares neither correlation nor trace, and each case's audit trail has a row of its own.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.intake.case.actions import admit, record_of
from services.intake.case.models import Case, bump, fields, lock
from services.intake.case.rules import check_two_cases, check_wanted
from services.intake.consent.models import Consent
from services.intake.consent.rules import check_agency
from services.intake.detection.actions import check_days
from services.intake.detection.models import Detection
from services.intake.referral.actions import move_package, withdraw_uncovered
from services.intake.referral.models import Referral, ReferralIn
from services.intake.rights import rules
from services.intake.rights.actions.annotations import statement_cell
from services.intake.rights.models import Annotation, Correction
from services.intake.rights.schemas import MoveRecord
from services.intake.withdrawal.models import WithdrawalAnswer
from shared import encryption
from shared.access import exclusions
from shared.access.tokens import Principal
from shared.audit import trail
from shared.casework import dates
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.exchange.unlinked import unlinked
from shared.reference import profile

_MOVE: Final = "record.move"
_Movable = Detection | Consent | Referral | ReferralIn
_KINDS: Final[dict[str, type[_Movable]]] = {
    "detection": Detection,
    "consent": Consent,
    "referral": Referral,
    "referral_in": ReferralIn,
}


def move_record(
    session: Session, case_id: UUID, command: MoveRecord, now: datetime, *, by: Principal
) -> tuple[UUID, int]:
    """Move a record; return the id of the correction that stays in the wrong case, and that case's new version.

    Raises `NotFound`, also for a case that the mover may not move to, `CaseRestricted`, `StepForbidden`, `FactRefused`.
    """
    record_class, record_id, to = command.record_class, command.record, command.to_case
    check_two_cases(case_id, to)
    admit(session, to, rules.ACCESS, _MOVE, by=by)
    rules.check_movable(record_class)
    lock(session, to)
    wrong, right = session.get_one(Case, case_id), session.get_one(Case, to)
    misplaced = record_of(session, _KINDS[record_class], case_id, record_id)
    _check(session, right, misplaced)
    moved = _moved(session, misplaced, to)
    today = dates.today(now, wrong.jurisdiction)
    correction = Correction(
        id=new_id(), case_id=case_id, record_class=record_class, record=record_id, corrected_on=today
    )
    session.add(correction)
    _announce_withdrawal(session, wrong, misplaced, moved, correction, now)
    with unlinked(session) as origin:
        record(session, to, _announcements(right, moved))
        _move_annotations(session, case_id, record_id, to, moved.id)
        trail.note(session, by, action=_MOVE, subject=to, status=201, correlation=origin.correlation)
    bump(session, to)
    return correction.id, bump(session, case_id)


def _check(session: Session, right: Case, misplaced: _Movable) -> None:
    """Check that the record may be in the right case. Raises `StepForbidden` and `FactRefused`."""
    if isinstance(misplaced, Detection):
        check_days(session, right.id, fields(misplaced))
    if isinstance(misplaced, Referral):
        rules.check_draft(misplaced.state)
    if isinstance(misplaced, Consent | Referral):
        check_agency(misplaced.agency, profile(right.jurisdiction))
        check_wanted(misplaced.agency, [exclusion.agency for exclusion in exclusions.of_case(session, right.id)])


def _moved(session: Session, misplaced: _Movable, to: UUID) -> _Movable:
    """Move a record to another case, unchanged but for a new id."""
    kind = type(misplaced)
    values = {name: getattr(misplaced, name) for name in kind.__mapper__.columns.keys()}  # noqa: SIM118
    moved = kind(**{**values, "id": new_id(), "case_id": to})
    session.delete(misplaced)
    session.add(moved)
    session.flush()
    return moved


def _announce_withdrawal(
    session: Session, wrong: Case, misplaced: _Movable, moved: _Movable, correction: Correction, now: datetime
) -> None:
    """Emit the withdrawal in the wrong case; a moved consent is withdrawn there, with the agency asked to delete."""
    payload = {"record_class": correction.record_class, "record": correction.record}
    withdrawn = [Announcement("record.withdrawn", {**payload, "withdrawn_on": correction.corrected_on})]
    if isinstance(moved, Consent) and moved.withdrawn_on is None:
        withdrawn.insert(0, _consent_withdrawn(misplaced.id, moved, correction.corrected_on, erase=True))
    record(session, wrong.id, withdrawn)
    if isinstance(moved, Referral):
        move_package(session, misplaced.id, moved)
    if isinstance(moved, Consent):
        of_it = update(WithdrawalAnswer).where(WithdrawalAnswer.consent_id == misplaced.id)
        session.execute(of_it.values(case_id=moved.case_id, consent_id=moved.id))
        withdraw_uncovered(session, wrong, moved.agency, moved.purposes, now)


def _move_annotations(session: Session, case_id: UUID, record_id: UUID, to: UUID, moved: UUID) -> None:
    """Move the record's annotations with it, sealed anew under the right case's key."""
    annotations = (
        select(Annotation).where(Annotation.case_id == case_id, Annotation.record == record_id).order_by(Annotation.id)
    )
    for annotation in list(session.execute(annotations).scalars()):
        words, annotation_id = (
            encryption.of(session).unseal(case_id, statement_cell(annotation.id), annotation.statement),
            new_id(),
        )
        sealed = encryption.of(session).seal(to, statement_cell(annotation_id), words)
        details = {
            "about": annotation.about,
            "record": moved,
            "reason": annotation.reason,
            "annotated_on": annotation.annotated_on,
        }
        session.add(Annotation(id=annotation_id, case_id=to, statement=sealed, by=annotation.by, **details))
        session.delete(annotation)
        record(session, to, [Announcement("annotation.recorded", {"annotation": annotation_id, **details})])


def _announcements(right: Case, moved: _Movable) -> list[Announcement]:
    if isinstance(moved, Detection):
        return _detection(right, moved)
    if isinstance(moved, Consent):
        return _consent(moved)
    # A draft of a referral is announced only when it is sent.
    return _referral_in(moved) if isinstance(moved, ReferralIn) else []


def _detection(right: Case, moved: Detection) -> list[Announcement]:
    names = (
        *("indicators", "strength", "exploitation_types", "means_of_control", "sectors", "detector"),
        *("earliest_incident_on", "work_ended_on", "detected_on"),
    )
    payload = {name: getattr(moved, name) for name in names}
    return [Announcement("detection.recorded", {"detection": moved.id, "jurisdiction": right.jurisdiction, **payload})]


def _consent(moved: Consent) -> list[Announcement]:
    names = ("agency", "purposes", "data_categories", "language", "granted_on", "expires_on")
    announcements = [
        Announcement("consent.granted", {"consent": moved.id, **{name: getattr(moved, name) for name in names}})
    ]
    if moved.withdrawn_on is not None:
        announcements.append(_consent_withdrawn(moved.id, moved, moved.withdrawn_on, erase=False))
    return announcements


def _consent_withdrawn(consent_id: UUID, consent: Consent, on: date, *, erase: bool) -> Announcement:
    payload = {"agency": consent.agency, "purposes": consent.purposes, "erase_requested": erase, "withdrawn_on": on}
    return Announcement("consent.withdrawn", {"consent": consent_id, **payload})


def _referral_in(moved: ReferralIn) -> list[Announcement]:
    names = ("agency_type", "service_types", "urgent", "received_on")
    payload = {name: getattr(moved, name) for name in names}
    return [Announcement("referral_in.recorded", {"referral": moved.id, **payload})]
