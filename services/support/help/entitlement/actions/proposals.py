"""Propose entitlements because of steps on the official path, and confirm or refuse them. No event leaves support.

Staff confirm each entitlement. If its step is corrected or taken back, the proposal is taken back, and a confirmed
entitlement becomes a task again.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change
from services.support.cases.case.events import CORRECTED, DECIDED, RESTATED, STEP, SUBMITTED, WITHDRAWN
from services.support.cases.case.models import CASES
from services.support.cases.task.actions import finish_task, set_task
from services.support.help.entitlement.actions import correct_entitlement, record_entitlement
from services.support.help.entitlement.models import Entitlement, EntitlementProposal
from services.support.help.entitlement.rules import proposals as rules
from services.support.help.entitlement.rules.proposals import Step
from services.support.help.entitlement.schemas import (
    ConfirmProposal,
    CorrectEntitlement,
    RecordEntitlement,
    RefuseProposal,
)
from shared.casework import dates
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.exchange.follower import Reaction
from shared.reference import JURISDICTIONS, profile
from shared.reference.periods import moment_of
from shared.store.database import NamedRow

#: Later revisions of facts, and the kinds of facts that are steps on the official path.
_OF_FACTS: Final = frozenset((RESTATED, WITHDRAWN))
_OF_THE_PATH: Final = frozenset(("decision", "step", "submission"))
#: What a confirmation can state about days, and the reason of the correction that it makes.
_DAYS: Final = ("started_on", "ends_on", "happened", "learnt", "decided_by")
_LEARNT_MORE: Final = "learnt_more"


# control: H-DEADLINE-14 proposed-from-steps
def follow_step(session: Session, received: Received) -> None:
    """Propose the entitlements that follow from a step, and update its earlier proposals. A repetition changes nothing.

    The case is locked. A case without a known jurisdiction gets no proposal.
    """
    case = received.subject
    if received.key in _OF_FACTS and received.data["kind"] not in _OF_THE_PATH:
        return
    CASES.lock(session, case)
    jurisdiction = CASES.read(session, case).jurisdiction
    if jurisdiction not in JURISDICTIONS:
        return
    today = dates.today(time_source.now(session), jurisdiction)
    step = _step_of(received, profile(jurisdiction).timezone)
    if step is None:
        return
    if step.day is not None and step.day > today:
        step = replace(step, day=None)
    own = select(EntitlementProposal).where(EntitlementProposal.case_id == case, EntitlementProposal.step == step.id)
    proposals = {row.entitlement: row for row in session.scalars(own.order_by(EntitlementProposal.id))}
    wanted = rules.following(profile(jurisdiction), step)
    for code, proposal in proposals.items():
        _update(session, proposal, step, today, follows=code in wanted)
    for code in sorted(wanted - proposals.keys()):
        _propose(session, case, jurisdiction, code, step, today)


def _propose(session: Session, case: UUID, jurisdiction: str, code: str, step: Step, today: date) -> None:
    runs = (Entitlement.ended_on.is_(None), Entitlement.taken_back_at.is_(None), Entitlement.entitlement == code)
    recorded = session.scalars(select(Entitlement.id).where(Entitlement.case_id == case, *runs).limit(1)).first()
    proposal = EntitlementProposal(
        id=rules.id_of(step.id, code),
        case_id=case,
        step=step.id,
        profile=jurisdiction,
        entitlement=code,
        state=rules.PROPOSED if recorded is None else rules.CONFIRMED,
        record=recorded,
        started_on=step.day,
        proposed_on=today,
    )
    session.add(proposal)
    session.flush()
    if recorded is None:
        set_task(session, case, rules.ANSWER, proposal.id, today)


def _update(session: Session, proposal: EntitlementProposal, step: Step, today: date, *, follows: bool) -> None:
    moved = follows and step.day is not None and step.day != proposal.started_on
    before, after = proposal.state, rules.state_after(proposal.state, follows=follows, day_changed=moved)
    if moved:
        proposal.started_on = step.day
    if after == before:
        return
    proposal.state = after
    if after in rules.WAITING:
        set_task(session, proposal.case_id, rules.ANSWER, proposal.id, today)
    else:
        finish_task(session, proposal.case_id, rules.ANSWER, proposal.id, today)


def _step_of(received: Received, timezone: str) -> Step | None:
    """Return the step that an event is about; None if an event of the first releases does not identify it."""
    data = received.data
    if received.key == CORRECTED:
        return Step(data["step"], None, None, None, stands=False)
    if received.key in _OF_FACTS:
        stage, day = data["reconsiders"] or data["stage"], _day(data["happened"], timezone)
        return Step(data["fact"], stage, data["outcome"], day, stands=not data["withdrawn"])
    if data["step"] is None:
        return None
    stage = data.get("reconsidered") or data["stage"]
    return Step(data["step"], stage, data.get("outcome"), _day(data["occurred_on"], timezone), stands=True)


def _day(text: str | None, timezone: str) -> date | None:
    """Return the day of a fact; None if only its month or year is known."""
    if text is None:
        return None
    moment = moment_of(text, timezone)
    first, last = moment.first_day(timezone), moment.last_day(timezone)
    return first if first == last else None


def confirm_proposal(change: Change, proposal_id: UUID, command: ConfirmProposal) -> UUID:
    """Record a proposed entitlement, or confirm that the recorded one still applies. Return the entitlement's id.

    Days that are stated correct a recorded entitlement that runs. Otherwise a new one is recorded.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    proposal = change.one(EntitlementProposal, proposal_id)
    rules.check_waits(proposal.state)
    record = _running_record(change, proposal)
    if record is None:
        says = command.stored(started_on=_first_day(command, proposal))
        its_id = record_entitlement(change, RecordEntitlement(entitlement=proposal.entitlement, **says))
    else:
        its_id = record.id
        # control: H-DEADLINE-14 confirmed-days-are-kept
        stated = {
            name: value for name in _DAYS if (value := getattr(command, name)) not in (None, getattr(record, name))
        }
        if stated:
            correct_entitlement(change, its_id, CorrectEntitlement(reason=_LEARNT_MORE, **stated))
    proposal.record = its_id
    _answer(change, proposal, rules.CONFIRMED)
    return its_id


def refuse_proposal(change: Change, proposal_id: UUID, command: RefuseProposal) -> None:
    """Record that the person does not have a proposed entitlement.

    Raises `NotFound`, `StepForbidden`.
    """
    proposal = change.one(EntitlementProposal, proposal_id)
    rules.check_waits(proposal.state)
    rules.check_ended(runs=_running_record(change, proposal) is not None)
    proposal.refusal = command.refusal
    _answer(change, proposal, rules.REFUSED)


def _running_record(change: Change, proposal: EntitlementProposal) -> Entitlement | None:
    """Return the entitlement that was recorded for a proposal, while it runs."""
    record = None if proposal.record is None else change.one(Entitlement, proposal.record)
    return record if record is not None and record.ended_on is None and record.taken_back_at is None else None


def _first_day(command: ConfirmProposal, proposal: EntitlementProposal) -> date | None:
    """Return the first day of a new record; None if `happened` states it. Raises `FactRefused` without any."""
    if command.started_on is not None or command.happened is not None:
        return command.started_on
    # control: H-DEADLINE-14 proposal-without-a-day
    rules.check_first_day(proposal.started_on)
    return proposal.started_on


def _answer(change: Change, proposal: EntitlementProposal, state: str) -> None:
    proposal.state, proposal.answered_by, proposal.answered_on = state, UUID(change.by.subject), change.today
    finish_task(change.session, change.case, rules.ANSWER, proposal.id, change.today)


def with_codes(rows: Iterable[NamedRow]) -> list[dict[str, object]]:
    """Return the rows of proposals with their codes as the view names them."""
    return [{**row, "of_profile": row["entitlement"]} for row in rows]


REACTIONS: Final = tuple(
    Reaction("entitlement_proposals", key, follow_step)
    for key in (DECIDED, STEP, SUBMITTED, CORRECTED, RESTATED, WITHDRAWN)
)
