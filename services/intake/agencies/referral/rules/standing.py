"""Derive the state of a referral from its recorded steps, in the order in which they happened. Pure.

No step of an agency precedes the referral, regardless of the stated times. An answer is valid by the time at which it
happened: in time it is the answer, however late it was recorded. After the time for answers it is stored as a late
answer, and the referral has expired. If it is unknown whether an answer was in time, it is stored as perhaps late until
that is known.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.agencies.referral.rules.steps import (
    ANSWERS,
    CHANGES,
    COMES_BACK,
    DRAFT,
    HELD,
    UNSENT,
    WAITING,
    StepDetails,
)
from shared.events.envelope import Announcement
from shared.reference.periods import Moment, start_of_day

#: The effects of a step: it was taken; it waits until the referral is sent; the agency answered after the time for
#: answers, or perhaps did; or a later step had happened already, so that it only completes the history.
TAKEN, WAITS, LATE, PERHAPS_LATE, NO_EFFECT = "taken", "waits", "late", "perhaps_late", "without_effect"
SEND, EXPIRE = "send", "expire"
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
#: The events that can take back an earlier event of a referral.
_TAKES_BACK: Final = frozenset(("referral.wait_listed", "referral.accepted", "referral.rejected", "referral.arrived"))
_JUST: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recorded step: when it happened, as far as is known, and its details.

    `number`: its place in the order of recording, for steps that may have happened at the same time.
    """

    id: UUID
    step: str
    moment: Moment
    number: int = 0
    details: StepDetails = field(default_factory=StepDetails)


@dataclass(frozen=True, slots=True)
class Reached:
    """A transition by a step, in the order of events. The id is None for an expiry, which is no recorded step."""

    step: str
    before: str
    details: StepDetails
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The state of a referral; `reached` are its transitions, `effects` the effect of each step.

    `answer_until`: the end of the time for answers (UTC). `came_back`: when it was rejected, or expired.
    """

    state: str
    answer_until: datetime
    reply_by: StepDetails
    reached: tuple[Reached, ...] = ()
    effects: Mapping[UUID, str] = field(default_factory=dict)
    came_back: datetime | None = None

    def said(self) -> StepDetails:
        """Return the combined details of the steps that were taken."""
        together = self.reply_by
        for details in (reached.details for reached in self.reached):
            asked = together if details.reply_by is None else details
            together = StepDetails(
                reply_by=asked.reply_by,
                reply_by_at=asked.reply_by_at,
                reason=details.reason or together.reason,
                outcome=details.outcome or together.outcome,
                conditions=details.conditions or together.conditions,
            )
        return together


def over_from(details: StepDetails, timezone: str) -> datetime:
    """Return the first instant (UTC) at which an answer is late: after the requested instant or local day."""
    if details.reply_by_at is not None:
        return details.reply_by_at + _JUST
    if details.reply_by is None:
        raise ValueError("a referral asks for an answer by some time")
    return start_of_day(details.reply_by + timedelta(days=1), timezone)


def stands(steps: Iterable[Recorded], asked: StepDetails, timezone: str, now: datetime, *, is_sent: bool) -> Standing:
    """Return the state of a referral; `asked` is the time by which an answer was requested when it was sent."""
    ordered = sorted(steps, key=_order)
    state = HELD if not is_sent and any(step.step == SEND for step in ordered) else DRAFT
    standing = Standing(state=state, answer_until=over_from(asked, timezone), reply_by=asked)
    for step in ordered:
        standing = _after(standing, step, timezone, is_sent=is_sent)
    return _expired(standing, standing.answer_until) if _is_over(standing, now) else standing


def _order(recorded: Recorded) -> tuple[bool, datetime, int]:
    moment = recorded.moment
    return recorded.step != SEND, moment.lo or moment.hi or _LONG_AGO, recorded.number


def _is_over(standing: Standing, at: datetime) -> bool:
    return standing.state in WAITING and standing.answer_until <= at


def _after(standing: Standing, step: Recorded, timezone: str, *, is_sent: bool) -> Standing:
    if standing.state in UNSENT and (step.step in ANSWERS or step.step == SEND) and not is_sent:
        return _with(standing, step, WAITS)
    if step.moment.lo is not None and _is_over(standing, step.moment.lo):
        standing = _expired(standing, standing.answer_until)
    if standing.state == "expired":
        return _with(standing, step, LATE if step.step in ANSWERS else NO_EFFECT)
    if standing.state not in CHANGES[step.step].sources:
        return _with(standing, step, NO_EFFECT)
    if standing.state in WAITING and step.step in ANSWERS and _may_be_late(standing, step.moment):
        return _with(_expired(standing, standing.answer_until), step, PERHAPS_LATE)
    return _taken(standing, step, timezone)


def _may_be_late(standing: Standing, moment: Moment) -> bool:
    """Return whether an answer may have been after the time for answers; a day ends before its 24:00."""
    if moment.hi is None:
        return False
    return standing.answer_until <= (moment.hi if moment.is_instant else moment.hi - _JUST)


def _with(standing: Standing, step: Recorded, effect: str) -> Standing:
    return replace(standing, effects={**standing.effects, step.id: effect})


def _taken(standing: Standing, step: Recorded, timezone: str) -> Standing:
    target, details = CHANGES[step.step].target, step.details
    until = standing.answer_until if details.reply_by is None else over_from(details, timezone)
    return replace(
        _with(standing, step, TAKEN),
        state=target,
        answer_until=until,
        reached=(*standing.reached, Reached(step.step, standing.state, details, step.id)),
        came_back=(step.moment.lo or step.moment.hi) if target in COMES_BACK else standing.came_back,
    )


def _expired(standing: Standing, at: datetime) -> Standing:
    expiry = Reached(EXPIRE, standing.state, StepDetails())
    return replace(standing, state="expired", reached=(*standing.reached, expiry), came_back=at)


def to_announce(announced: Collection[UUID], reached: Sequence[Reached], *, had_expired: bool) -> tuple[Reached, ...]:
    """Return the transitions to announce: those after the last one that was announced before.

    `announced`: the steps that were announced before. A step that only completes the history before an announced one is
    not announced. Nothing is announced of a referral that had expired and still has.
    """
    if had_expired and any(entry.step == EXPIRE for entry in reached):
        return ()
    last = max((place for place, entry in enumerate(reached) if entry.id in announced), default=-1)
    return tuple(reached[last + 1 :])


def completes_history(name: str, *, is_dated: bool, by_agency: bool = False) -> bool:
    """Return whether a step is stored although a later one had happened already: an answer with its time is.

    `by_agency`: the agency itself reported the step. Its messages may overtake each other, so its steps at the end are
    stored as well.
    """
    return is_dated and (name in ANSWERS or by_agency)


def with_take_back(
    announcements: Sequence[Announcement], referral: UUID, before: str, after: str, *, undone: bool
) -> list[Announcement]:
    """Return the announcements; if the state `before` was published wrongly, they take it back.

    `undone`: the agency had answered in time after all, or differently.
    """
    if not undone:
        return list(announcements)
    for place, announcement in enumerate(announcements):
        if announcement.name in _TAKES_BACK:
            taking_back = Announcement(announcement.name, {**announcement.data, "takes_back": before})
            return [*announcements[:place], taking_back, *announcements[place + 1 :]]
    return [
        Announcement("referral.reinstated", {"referral": referral, "state": after, "takes_back": before}),
        *announcements,
    ]
