"""Record agreements on safe contact, check each outgoing contact against them, and raise alerts about dangers.

Also: project absences, answer whether a person is missing, and announce freezes. No function commits.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.facts.case.actions import correct_record, record_change, record_of
from services.intake.facts.case.models import bump, current_version
from services.intake.facts.safe_contact import rules
from services.intake.facts.safe_contact.events import ENDED, FROZEN, READS, RESUMED
from services.intake.facts.safe_contact.models import (
    ContactAttempt,
    ExclusionNote,
    HeardAbsence,
    SafeContactAgreement,
    SharingFreeze,
)
from services.intake.facts.safe_contact.schemas import AgreeContact, AttemptContact, CorrectAttempt, RaiseAlert
from shared import encryption
from shared.access import exclusions
from shared.access.joined_cases import of_one_person
from shared.access.tokens import Principal
from shared.encryption import Cell
from shared.events.contract import Received
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.exchange.follower import Projection, ReadModelTable
from shared.store.database import NamedRow

#: How many of the latest contact attempts are shown.
LATEST: Final = 20


def record_agreement(session: Session, case: UUID, command: AgreeContact) -> None:
    """Record how the person agreed to be reached, replacing the earlier agreement.

    Raises `FactRefused`.
    """
    stored = command.stored(windows=[window.stored() for window in command.windows])
    rules.check_zone(command.zone)
    rules.agreed(stored)
    rules.check_words(command.if_another_answers, command.story, command.code_word)
    _store(session, case, stored)
    bump(session, case)
    state = "some_way_is_safe" if command.channels else "no_way_is_safe"
    record(session, case, [Announcement("safe_contact.changed", {"state": state})])


def forget_words(session: Session, case: UUID) -> dict[str, Any] | None:
    """Delete the agreed story and the code word. Return the rest of the agreement; None if nothing is recorded."""
    agreed = agreement_of(session, case)
    if agreed is None:
        return None
    agreed = rules.without_words(agreed)
    _store(session, case, agreed)
    return agreed


def _store(session: Session, case: UUID, agreed: Mapping[str, Any]) -> None:
    row = session.get(SafeContactAgreement, case) or SafeContactAgreement(case_id=case)
    row.agreement = encryption.of(session).seal(case, _place(case), json.dumps(agreed, default=time.isoformat))
    session.add(row)


def agreement_of(session: Session, case: UUID) -> dict[str, Any] | None:
    """Return all that the person agreed to, or None if nothing is recorded."""
    row = session.get(SafeContactAgreement, case)
    if row is None:
        return None
    agreed: dict[str, Any] = json.loads(encryption.of(session).unseal(case, _place(case), row.agreement))
    return agreed


def read_agreement(session: Session, case: UUID) -> tuple[dict[str, object], int]:
    """Return all that the person agreed to, to go through it with them."""
    return {"id": case, "agreement": agreement_of(session, case)}, current_version(session, case)


def may_contact_now(session: Session, case: UUID, now: datetime) -> Mapping[str, object]:
    """Return in which ways the person may be contacted now, or else when a contact is safe next."""
    agreed, missing = agreement_of(session, case), is_missing(session, case)
    shown: dict[str, object] = {"person_is_missing": True} if missing else {}
    if agreed is None:
        return {"recorded": False, "ways": [], **shown}
    return {"recorded": True, **rules.safe_ways(_read(agreed), agreed, now, is_missing=missing), **shown}


def may_contact(session: Session, case: UUID, now: datetime) -> tuple[dict[str, object], int]:
    """Return whether and how the person can be contacted now, and who must not know of it."""
    return contact_safety(session, case, now), current_version(session, case)


def contact_safety(session: Session, case: UUID, now: datetime) -> dict[str, object]:
    """Return whether and how the person may be contacted now, with the people to keep away, for `ContactSafety`."""
    return {
        "id": case,
        "safe_contact": may_contact_now(session, case, now),
        "keep_away": exclusions.people_of(session, case),
        "contact_attempts": attempts_of(session, case),
    }


def attempts_of(session: Session, case: UUID, *, most: int | None = LATEST) -> list[ContactAttempt]:
    """Return the latest contact attempts, the last first, at most `most` (None: all)."""
    latest = select(ContactAttempt).where(ContactAttempt.case_id == case).order_by(ContactAttempt.id.desc())
    return list(session.scalars(latest.limit(most)))


def record_attempt(session: Session, case: UUID, command: AttemptContact, now: datetime, *, by: Principal) -> UUID:
    """Record an outgoing contact; one that is not safe is refused, with what to do instead.

    Raises `StepForbidden` for an unsafe contact. An unsafe contact that has already happened is recorded as a fact, and
    support is alerted to the danger.
    """
    at = command.at or now
    agreed = agreement_of(session, case)
    rules.check_attempt(command.channel, command.outcome, at, now)
    unsafe = command.outcome == rules.UNSAFE
    if not unsafe:
        since = missing_since(session, case)
        is_meanwhile = since is not None and since <= at
        rules.contact(None if agreed is None else _read(agreed), command.channel, at, is_missing=is_meanwhile)
    contact_attempt = ContactAttempt(
        id=new_id(),
        case_id=case,
        channel=command.channel,
        at=at,
        outcome=command.outcome,
        made_by=UUID(by.subject),
        recorded_at=now,
    )
    session.add(contact_attempt)
    bump(session, case)
    attempted = {"attempt": contact_attempt.id, "outcome": command.outcome}
    record(session, case, [Announcement("contact.attempted", attempted)])
    return contact_attempt.id


def correct_attempt(
    session: Session, case_id: UUID, attempt_id: UUID, command: CorrectAttempt, now: datetime, *, by: Principal
) -> UUID:
    """Put a contact right that was tried, or take it back as recorded wrongly.

    If the corrected contact was unsafe, support is alerted. Return the correction's id. Raises `NotFound`,
    `FactRefused`, `StepForbidden`.
    """
    attempt = record_of(session, ContactAttempt, case_id, attempt_id)
    channel, outcome = command.channel or attempt.channel, command.outcome or attempt.outcome
    rules.check_attempt(channel, outcome, command.at or attempt.at, now)
    return correct_record(session, attempt, "safe_contact", command, now, by=by)


def note_exclusion(session: Session, case: UUID, exclusion: UUID, note: str) -> None:
    """Store who the excluded person is, in the words of the case's person, sealed."""
    session.add(
        ExclusionNote(id=exclusion, case_id=case, note=encryption.of(session).seal(case, _note(exclusion), note))
    )


def repeat_note(session: Session, exclusion: UUID, case: UUID, repeated: UUID) -> None:
    """Copy the note of an exclusion to its repetition in another case, sealed with that case's key."""
    row = session.get(ExclusionNote, exclusion)
    if row is not None:
        words = encryption.of(session).unseal(row.case_id, _note(exclusion), row.note)
        note_exclusion(session, case, repeated, words)


def forget_note(session: Session, exclusion: UUID) -> None:
    """Delete the note of an exclusion that was lifted, if it has one."""
    session.execute(delete(ExclusionNote).where(ExclusionNote.id == exclusion))


def with_notes(
    session: Session, case: UUID, excluded: Iterable[NamedRow], notes: Iterable[NamedRow]
) -> list[Mapping[str, object]]:
    """Return the rows of a case's exclusions, each with its decrypted note or None."""
    opened = {row["id"]: encryption.of(session).unseal(case, _note(row["id"]), row["note"]) for row in notes}
    return [{**row, "note": opened.get(row["id"])} for row in excluded]


def _note(exclusion: UUID) -> Cell:
    return Cell("exclusion_notes", "note", exclusion)


def _read(agreed: dict[str, Any]) -> rules.SafeContact:
    windows = [
        {**window, "begins": time.fromisoformat(window["begins"]), "ends": time.fromisoformat(window["ends"])}
        for window in agreed["windows"]
    ]
    return rules.agreed({**agreed, "windows": windows})


def _place(case: UUID) -> Cell:
    return Cell("safe_contacts", "agreement", case)


def raise_alert(session: Session, case_id: UUID, command: RaiseAlert) -> UUID:
    """Raise a safeguarding alert about a danger to the person; support escalates it until it is acknowledged.

    Publish `danger.flagged`, in any state of the case. Return the id of the alert at support.
    """
    alert = new_id()
    bump(session, case_id)
    record(session, case_id, [Announcement("danger.flagged", command.stored(alert=alert))])
    return alert


def missing_since(session: Session, case: UUID) -> datetime | None:
    """Return since when (UTC) a person is missing, by this case or one merged with it; None if they are not.

    If several absences are open, the earliest one counts.
    """
    is_open = (of_one_person(literal(case), HeardAbsence.case_id), ~HeardAbsence.is_over)
    return session.scalar(select(func.min(HeardAbsence.since)).where(*is_open))


def is_missing(session: Session, case: UUID) -> bool:
    """Return whether the person of a case is missing."""
    return missing_since(session, case) is not None


def settle(session: Session, case: UUID, *, frozen: bool) -> bool:
    """Announce that a case's sharing is frozen or resumed; return whether that is new. The case must be locked."""
    freeze = session.get(SharingFreeze, case)
    if frozen == (freeze is not None):
        return False
    if freeze is None:
        freeze = SharingFreeze(case_id=case, freeze=new_id())
        session.add(freeze)
    else:
        session.delete(freeze)
    name = FROZEN.name if frozen else RESUMED.name
    record_change(session, case, [Announcement(name, {"freeze": freeze.freeze})])
    return True


def project_absences(session: Session, received: Sequence[Received]) -> None:
    """Store absences, in any order of events. An absence that has ended stays ended."""
    for event in received:
        since, is_over = event.data.get("declared_at"), event.key == ENDED
        new = insert(HeardAbsence).values(
            absence=event.data["absence"], case_id=event.subject, since=since, is_over=is_over
        )
        changed = {"is_over": True} if is_over else {"since": new.excluded.since}
        session.execute(new.on_conflict_do_update(index_elements=["absence"], set_=changed))


PROJECTIONS: Final = (
    Projection(
        "absences", frozenset(read.key for read in READS), project_absences, (ReadModelTable("heard_absences"),)
    ),
)
