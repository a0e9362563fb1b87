"""Offer, refuse, review, end and correct placements. Events only state that there is a task.

The last day of a stay sets a task to find the next place. The stay itself only ends when the person has moved out.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change
from services.support.cases.case.rules import check_order
from services.support.cases.safety.actions import reopen
from services.support.cases.task.actions import finish_if_withdrawn, finish_task, set_task
from services.support.help.delivery.actions import follow_record
from services.support.help.delivery.rules import Service
from services.support.help.placement import rules
from services.support.help.placement.models import Placement
from services.support.help.placement.schemas import (
    CorrectPlacement,
    MoveIn,
    MoveOut,
    OfferPlacement,
    RefusePlacement,
    ReviewPlacement,
)
from shared.casework import corrections
from shared.casework.cases import one
from shared.casework.corrections import Corrected


def offer_placement(change: Change, command: OfferPlacement) -> UUID:
    """Record a place that was offered to the person.

    Return its id. Raises `FactRefused`.
    """
    stored = change.recorded(command, "offered_on")
    check_order("held_until", stored["offered_on"], command.held_until)
    placement = change.add(Placement, state=rules.OFFERED, **stored)
    if command.held_until is not None:
        set_task(change.session, change.case, rules.ANSWER, placement.id, command.held_until)
    _update_search_task(change)
    return placement.id


def refuse_placement(change: Change, placement_id: UUID, command: RefusePlacement) -> None:
    """Record the refusal of a place, the reason and the person who refused; a refusal has no consequence.

    Raises `NotFound`, `StepForbidden`.
    """
    placement = _open(change.session, change.case, placement_id, rules.OFFERED)
    placement.state = rules.REFUSED
    placement.refused_by, placement.refused_because = command.refused_by, command.refused_because
    finish_task(change.session, change.case, rules.ANSWER, placement.id, change.today)
    _update_search_task(change)


def move_in(change: Change, placement_id: UUID, command: MoveIn) -> None:
    """Record that the person moved in, and how long they can stay.

    The safety plan is reopened for review. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    placement = _open(change.session, change.case, placement_id, rules.OFFERED)
    day = change.stated("moved_in_on", command.moved_in_on)
    check_order("moved_in_on", placement.offered_on, day)
    check_order("ends_on", day, command.ends_on)
    placement.state, placement.moved_in_on = rules.MOVED_IN, day
    placement.ends_on, placement.safe = command.ends_on, command.safe
    _follow(change, placement, None)
    finish_task(change.session, change.case, rules.ANSWER, placement.id, change.today)
    reopen(change.session, change.case, "move", change.today)
    _update_safety_task(change.session, placement, change.today)
    _update_search_task(change)


def review_placement(change: Change, placement_id: UUID, command: ReviewPlacement) -> None:
    """Record whether a place is safe, and how long the person can stay.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    placement = _open(change.session, change.case, placement_id, rules.MOVED_IN)
    check_order("ends_on", placement.moved_in_on or placement.offered_on, command.ends_on)
    before = _counted(placement)
    placement.safe, placement.ends_on = command.safe or placement.safe, command.ends_on or placement.ends_on
    placement.revision += 1
    _follow(change, placement, before)
    _update_safety_task(change.session, placement, change.today)
    _update_search_task(change)


def move_out(change: Change, placement_id: UUID, command: MoveOut) -> None:
    """Record that the person moved out, and why.

    The safety plan is reopened for review. Raises `NotFound`, `FactRefused`,
    `StepForbidden`.
    """
    placement = _open(change.session, change.case, placement_id, rules.MOVED_IN)
    day = change.stated("moved_out_on", command.moved_out_on)
    check_order("moved_out_on", placement.moved_in_on or placement.offered_on, day)
    before = _counted(placement)
    placement.state, placement.moved_out_on, placement.exit_reason = rules.MOVED_OUT, day, command.exit_reason
    _follow(change, placement, before)
    finish_task(change.session, change.case, rules.UNSAFE, placement.id, change.today)
    reopen(change.session, change.case, "move", change.today)
    _update_search_task(change)


def correct_placement(change: Change, placement_id: UUID, command: CorrectPlacement) -> UUID:
    """Correct or withdraw a placement; the earlier values are kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    placement = change.one(Placement, placement_id)
    stood = {field for field in rules.DAYS if getattr(placement, field) is not None}
    days = {field: getattr(command, field) or getattr(placement, field) for field in rules.DAYS}
    for field in rules.STEPS & corrections.stated(command).keys():
        change.stated(field, days[field])

    before = _counted(placement)

    def update(_corrected: Corrected) -> None:
        _follow(change, placement, before)
        finish_if_withdrawn(change, placement, rules.ANSWER, rules.UNSAFE)
        if placement.state == rules.OFFERED and command.held_until is not None:
            set_task(change.session, change.case, rules.ANSWER, placement.id, command.held_until)
        _update_search_task(change)

    return change.correct_dated(
        "offered_on",
        placement,
        "placement",
        command,
        check=lambda day: rules.check_days(days | {"offered_on": day}, stood),
        after=update,
    )


def _follow(change: Change, placement: Placement, before: Service | None) -> None:
    """Update the service of a placement. A place that the person reports as unsafe does not become a service.

    A service that agencies have received stays, because its withdrawal would tell the agency that runs the place about
    the report. It keeps the needs that it meets already, and meets no further one. `before`: what `_counted` returned
    before the step.
    """
    follow_record(change, placement.id, before, _given(placement), unsafe=placement.safe == rules.NOT_SAFE)


def _counted(placement: Placement) -> Service | None:
    """Return the service that a placement has given so far: none while the person reports the place as unsafe."""
    return None if placement.safe == rules.NOT_SAFE else _given(placement)


def _given(placement: Placement) -> Service | None:
    """Return the service that a placement is: none before the person moves in, and none if it was withdrawn."""
    service_type = rules.SERVICES.get(placement.accommodation_type)
    if service_type is None or placement.moved_in_on is None or placement.taken_back_at is not None:
        return None
    return Service(service_type, placement.moved_in_on, placement.moved_out_on)


def _open(session: Session, case: UUID, placement_id: UUID, *states: str) -> Placement:
    """Return a placement in one of these states. Raises `NotFound`, `StepForbidden`."""
    placement = one(session, Placement, case, placement_id)
    rules.check_step(placement.state, *states, taken_back=placement.taken_back_at is not None)
    return placement


def _update_safety_task(session: Session, placement: Placement, today: date) -> None:
    """Set the task for an unsafe place, or finish it."""
    if placement.safe == rules.NOT_SAFE:
        set_task(session, placement.case_id, rules.UNSAFE, placement.id, today)
    else:
        finish_task(session, placement.case_id, rules.UNSAFE, placement.id, today)


def _update_search_task(change: Change) -> None:
    """Set the task to find the next place if a stay ends and no place is offered, else finish it."""
    change.session.flush()
    standing = select(Placement).where(Placement.case_id == change.case, Placement.taken_back_at.is_(None))
    placements = change.session.scalars(standing).all()
    ends = [row.ends_on for row in placements if row.state == rules.MOVED_IN and row.ends_on is not None]
    if not ends or any(row.state == rules.OFFERED for row in placements):
        finish_task(change.session, change.case, rules.NEXT, change.case, change.today)
    else:
        set_task(change.session, change.case, rules.NEXT, change.case, rules.look_from(max(ends), change.today))
