"""Project the due items of legal and support from their events into one table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.cases.due import rules
from services.intake.cases.due.events import CLOCKS
from services.intake.cases.due.models import HeardDue
from shared.events.contract import Received
from shared.exchange.follower import Projection, ReadModelTable
from shared.reference import grouping
from shared.reference.periods import UNKNOWN

#: The case, the kind of item, and its key.
_Key: TypeAlias = tuple[UUID, str, str]
_Row: TypeAlias = dict[str, Any]
#: Urgent needs of one kind: the day of each open one, and null for each that a service meets. The key is the need's id.
#: An event about new needs does not state their ids. Until another event states it, the key is the day. Only a
#: correction can give two open needs one day. Its event states the id.
_Needs: TypeAlias = dict[str, str | None]
#: The key of an open need whose day and id are unknown.
_UNKNOWN_DAY: Final = ""
_TABLE: Final = HeardDue.__table__
#: The record class of a plan.
_PLAN: Final = "plan"
#: Columns of a period that an event can state. Columns that it does not state are kept.
_STATED: Final = (
    *("jurisdiction", "rule_version", "due_on", "other_due_on", "certainty", "doubts", "ask_about", "birthday"),
)


def project(session: Session, events: Sequence[Received]) -> None:
    """Apply events of legal and support, in the order of each service's event log."""
    ordered = sorted(events, key=lambda received: (received.event.source, received.event.position))
    changes = [change for received in ordered for change in _CHANGES[received.key](received)]
    rows = _stored(session, {key for key, _ in changes})
    for key, change in changes:
        before = rows.get(key)
        after = change(before)
        if after is not None:
            rows[key] = {**_blank(key), **(before or {}), **after}
    if rows:
        new = insert(HeardDue)
        excluded = {column.name: new.excluded[column.name] for column in _TABLE.c if not column.primary_key}
        statement = new.on_conflict_do_update(index_elements=["case_id", "what", "key"], set_=excluded)
        session.execute(statement, [rows[key] for key in sorted(rows)])


#: Returns the changed columns of a row after an event; None if nothing changes.
_Change: TypeAlias = Callable[[_Row | None], _Row | None]


def _stored(session: Session, keys: Iterable[_Key]) -> dict[_Key, _Row]:
    """Return the rows of these keys, by their key."""
    columns = (_TABLE.c.case_id, _TABLE.c.what, _TABLE.c.key)
    wanted = sorted(keys)
    if not wanted:
        return {}
    rows = session.execute(select(_TABLE).where(tuple_(*columns).in_(wanted))).mappings()
    return {(row["case_id"], row["what"], row["key"]): dict(row) for row in rows}


def _blank(key: _Key) -> _Row:
    row = dict.fromkeys(column.name for column in _TABLE.c)
    named = {"case_id": key[0], "what": key[1], "key": key[2]}
    return {**row, **named, "doubts": [], "ask_about": [], "needs": {}, "state": rules.OPEN}


def _clock(received: Received) -> list[tuple[_Key, _Change]]:
    data, event = received.data, received.event.name.rpartition(".")[2]
    state = rules.state_after(event, data["kind"], data.get("state"))
    stated = {name: data[name] for name in _STATED if name in data}
    stated["ask_about"] = [str(fact) for fact in stated.get("ask_about", ())]
    if data.get("began") is not None:
        # If the start is unknown, `began_on` is only the day on which the period was derived.
        stated["since"] = None if data["began"] == UNKNOWN else data.get("began_on")
    elif data.get("began_on") is not None:
        stated["since"] = data["began_on"]
    row = {
        "source": received.event.source,
        "code": data["code"],
        "kind": data["kind"],
        "reference": data["clock"],
        "due_at": data.get("due_at"),
        "state": state,
        "listed": grouping.is_listed(state, data["kind"]),
        **stated,
    }
    return [((received.subject, rules.PERIOD, str(data["clock"])), lambda _before: row)]


def _requested(received: Received) -> list[tuple[_Key, _Change]]:
    stage, requested_on = received.data["stage"], received.data["requested_on"]
    row = _open(received, code=stage, since=requested_on, due_on=None)
    return [((received.subject, rules.RECONSIDERATION, stage), lambda _before: row)]


def _asked_for(received: Received) -> list[tuple[_Key, _Change]]:
    request, asked_on = received.data["request"], received.data["asked_on"]
    row = _open(received, reference=request, since=asked_on, due_on=asked_on)
    return [((received.subject, rules.ADVICE_UNMET, str(request)), lambda _before: row)]


def _answered(received: Received) -> list[tuple[_Key, _Change]]:
    return [((received.subject, rules.ADVICE_UNMET, str(received.data["request"])), _closed)]


def _planned(received: Received) -> list[tuple[_Key, _Change]]:
    follow_up = received.data["follow_up"]
    row = _open(received, reference=follow_up, since=None, due_on=received.data["due_on"])
    return [((received.subject, rules.ADVICE_FOLLOW_UP, str(follow_up)), lambda _before: row)]


def _done(received: Received) -> list[tuple[_Key, _Change]]:
    return [((received.subject, rules.ADVICE_FOLLOW_UP, str(received.data["follow_up"])), _closed)]


def _needs(received: Received) -> list[tuple[_Key, _Change]]:
    noted_on, corrected = received.data["noted_on"], received.data["need"]
    since = (noted_on or received.event.time.date()).isoformat()

    # control: H-DANGER-9 corrected-need-by-id
    def noted(needs: _Needs) -> None:
        if corrected is not None:
            needs[str(corrected)] = since
        # A need that is noted twice is one need, since the first day.
        elif since not in needs.values():
            needs.setdefault(_UNKNOWN_DAY if noted_on is None else since, since)

    return [_need_changed(received, need, noted) for need in received.data["needs"]]


def _reopened(received: Received) -> list[tuple[_Key, _Change]]:
    need, noted_on = str(received.data["need"]), received.data["noted_on"]

    def reopened(needs: _Needs) -> None:
        needs[need] = noted_on.isoformat()

    return [_need_changed(received, received.data["service_type"], reopened)]


def _met(received: Received) -> list[tuple[_Key, _Change]]:
    need, noted_on, met_on = str(received.data["need"]), received.data["noted_on"], received.data["met_on"]

    def met(needs: _Needs) -> None:
        if need not in needs:
            _remove(needs, noted_on, met_on)
        needs[need] = None

    return [_need_changed(received, received.data["service_type"], met)]


def _need_withdrawn(received: Received) -> list[tuple[_Key, _Change]]:
    need, noted_on = str(received.data["need"]), received.data["noted_on"]

    def withdrawn(needs: _Needs) -> None:
        if need in needs:
            del needs[need]
        else:
            _remove(needs, noted_on, noted_on)

    return [_need_changed(received, received.data["service_type"], withdrawn)]


def _delivered(received: Received) -> list[tuple[_Key, _Change]]:
    """Return the change for a service of the first releases, which published no event about the need that it met."""
    if not received.data["met_urgent_need"] or received.data["revision"] is not None:
        return []
    until = received.data["delivered_on"]

    def met(needs: _Needs) -> None:
        for need, since in list(needs.items()):
            if since is not None and (until is None or since <= until.isoformat()):
                del needs[need]

    return [_need_changed(received, received.data["service_type"], met)]


# control: H-DANGER-9 every-open-need
def _need_changed(received: Received, kind: str, change: Callable[[_Needs], None]) -> tuple[_Key, _Change]:
    """Return a change of the needs of a kind: the row is listed since the oldest open one."""

    def changed(before: _Row | None) -> _Row | None:
        needs = _needs_of(before)
        change(needs)
        since = min((day for day in needs.values() if day is not None), default=None)
        if since is not None:
            first = date.fromisoformat(since)
            return _open(received, code=kind, since=first, due_on=first, needs=needs)
        closed = _closed(before)
        return None if closed is None else {**closed, "needs": needs}

    return (received.subject, rules.URGENT_NEED, kind), changed


def _needs_of(before: _Row | None) -> _Needs:
    """Return the needs of a row. The row can be from an earlier release, which does not store them."""
    if before is None:
        return {}
    needs = {need: since for need, since in before["needs"].items() if before["listed"] or since is None}
    if before["listed"] and not any(needs.values()):
        needs[_UNKNOWN_DAY] = before["since"].isoformat()
    return needs


def _remove(needs: _Needs, noted_on: date, until: date | None) -> None:
    """Remove an open need whose id is unknown. One without a day is removed if it was noted until a day."""
    if needs.pop(noted_on.isoformat(), None) is None:
        since = needs.get(_UNKNOWN_DAY)
        if since is not None and (until is None or since <= until.isoformat()):
            del needs[_UNKNOWN_DAY]


def _agreed(received: Received) -> list[tuple[_Key, _Change]]:
    review_on = received.data.get("review_on")
    row = _open(received, reference=received.data["plan"], since=None, due_on=review_on)
    # Only the latest plan has a review.
    return [((received.subject, rules.PLAN_REVIEW, ""), lambda _before: {**row, "listed": review_on is not None})]


def _corrected(received: Received) -> list[tuple[_Key, _Change]]:
    """Return the removal of a corrected plan's review. If the plan is still valid, another event adds it again."""
    plan = received.data["record"]

    def closed(before: _Row | None) -> _Row | None:
        return _closed(before) if before is not None and before["reference"] == plan else None

    is_plan = received.data["record_class"] == _PLAN
    return [((received.subject, rules.PLAN_REVIEW, ""), closed)] if is_plan else []


def _assessed(received: Received) -> list[tuple[_Key, _Change]]:
    kind, again_on = received.data["assessment_type"] or "", received.data["reassess_on"]
    row = _open(received, code=kind or None, since=None, due_on=again_on)
    return [((received.subject, rules.REASSESSMENT, kind), lambda _before: {**row, "listed": again_on is not None})]


def _alert(received: Received) -> list[tuple[_Key, _Change]]:
    since = (received.data["raised_at"] or received.event.time).date()
    code = rules.ASSESSED if received.data["by_assessment"] else None
    row = _open(received, code=code, reference=received.data["alert"], since=since, due_on=since)
    key = (received.subject, rules.ALERT, str(received.data["alert"]))
    return [(key, lambda before: row if before is None else None)]


def _returned(received: Received) -> list[tuple[_Key, _Change]]:
    """Return the change that lists an alert again, since the day on which it was raised."""
    since = received.event.time.date()
    row = _open(received, reference=received.data["alert"], since=since, due_on=since)
    key = (received.subject, rules.ALERT, str(received.data["alert"]))

    def listed(before: _Row | None) -> _Row:
        if before is None:
            return row
        days = {"since": before["since"] or since, "due_on": before["due_on"] or since}
        return {**row, **days, "code": before["code"]}

    return [(key, listed)]


def _acknowledged(received: Received) -> list[tuple[_Key, _Change]]:
    row = _open(received, reference=received.data["alert"], since=None, due_on=None)
    key = (received.subject, rules.ALERT, str(received.data["alert"]))
    return [(key, lambda before: _closed(before or row))]


def _task(received: Received) -> list[tuple[_Key, _Change]]:
    task, kind, due_on = (received.data[name] for name in ("task", "kind", "due_on"))
    row = _open(received, code=kind, reference=task, since=None, due_on=due_on)
    return [((received.subject, rules.SUPPORT_TASK, str(task)), lambda _before: row)]


def _finished(received: Received) -> list[tuple[_Key, _Change]]:
    return [((received.subject, rules.SUPPORT_TASK, str(received.data["task"])), _closed)]


def _matter_task(received: Received) -> list[tuple[_Key, _Change]]:
    task, kind, due_on, unclear = (received.data[name] for name in ("task", "kind", "due_on", "unclear"))
    # Ids as text, so that the row of a whole case needs no conversion.
    members = [str(member) for member in received.data["members"]]
    certainty = grouping.UNCLEAR if unclear else None
    row = _open(received, code=kind, reference=task, since=None, due_on=due_on, certainty=certainty, members=members)
    return [((received.subject, rules.MATTER_TASK, str(task)), lambda _before: row)]


def _seen_to(received: Received) -> list[tuple[_Key, _Change]]:
    return [((received.subject, rules.MATTER_TASK, str(received.data["task"])), _closed)]


def _conflict_found(received: Received) -> list[tuple[_Key, _Change]]:
    conflict, since, due_on = (received.data[name] for name in ("conflict", "found_on", "decide_by"))
    # No team member sees it, because the adviser in question is on the team.
    row = _open(received, reference=conflict, since=since, due_on=due_on, members=[])
    return [((received.subject, rules.CONFLICT, str(conflict)), lambda _before: row)]


def _conflict_escalated(received: Received) -> list[tuple[_Key, _Change]]:
    def escalated(before: _Row | None) -> _Row | None:
        return None if before is None or not before["listed"] else {**before, "state": rules.ESCALATED}

    return [((received.subject, rules.CONFLICT, str(received.data["conflict"])), escalated)]


def _conflict_decided(received: Received) -> list[tuple[_Key, _Change]]:
    return [((received.subject, rules.CONFLICT, str(received.data["conflict"])), _closed)]


def _help_needed(received: Received) -> list[tuple[_Key, _Change]]:
    need, arrangement, needed_on = (received.data[name] for name in ("help", "arrangement", "needed_on"))
    row = _open(received, code=arrangement, reference=need, since=None, due_on=needed_on)
    return [((received.subject, rules.HEARING_HELP, str(need)), lambda _before: row)]


def _help_arranged(received: Received) -> list[tuple[_Key, _Change]]:
    return [((received.subject, rules.HEARING_HELP, str(received.data["help"])), _closed)]


def _money_awaited(received: Received) -> list[tuple[_Key, _Change]]:
    award, remedy, due_on = (received.data[name] for name in ("award", "remedy", "due_on"))
    row = _open(received, code=remedy, reference=award, since=None, due_on=due_on)
    return [((received.subject, rules.AWARD_UNPAID, str(award)), lambda _before: row)]


def _money_came(received: Received) -> list[tuple[_Key, _Change]]:
    return [((received.subject, rules.AWARD_UNPAID, str(received.data["award"])), _closed)]


def _open(received: Received, *, since: date | None, due_on: date | None, **more: object) -> _Row:
    row = {"source": received.event.source, "since": since, "due_on": due_on, "state": rules.OPEN, "listed": True}
    return {**row, "code": None, "reference": None, **more}


def _closed(before: _Row | None) -> _Row | None:
    return None if before is None else {**before, "state": "done", "listed": False}


_CHANGES: Final[Mapping[str, Callable[[Received], list[tuple[_Key, _Change]]]]] = {
    **dict.fromkeys(CLOCKS, _clock),
    "legal.reconsideration.requested": _requested,
    "legal.advice.requested": _asked_for,
    "legal.advice.request_ended": _answered,
    "legal.advice.follow_up_planned": _planned,
    "legal.advice.follow_up_done": _done,
    "legal.matter_task.set": _matter_task,
    "legal.matter_task.done": _seen_to,
    "legal.award_task.set": _money_awaited,
    "legal.award_task.done": _money_came,
    "legal.conflict.found": _conflict_found,
    "legal.conflict.escalated": _conflict_escalated,
    "legal.conflict.decided": _conflict_decided,
    "legal.hearing_help.set": _help_needed,
    "legal.hearing_help.done": _help_arranged,
    "support.urgent_need.noted": _needs,
    "support.urgent_need.met": _met,
    "support.urgent_need.reopened": _reopened,
    "support.urgent_need.withdrawn": _need_withdrawn,
    "support.service.delivered": _delivered,
    "support.plan.agreed": _agreed,
    "support.record.corrected": _corrected,
    "support.assessment.completed": _assessed,
    "support.alert.raised": _alert,
    "support.alert.escalated": _alert,
    "support.alert.acknowledged": _acknowledged,
    "support.alert.returned": _returned,
    "support.alert.ended": _acknowledged,
    "support.task.set": _task,
    "support.task.done": _finished,
}
PROJECTIONS: Final = (Projection("due", frozenset(_CHANGES), project, (ReadModelTable("heard_due"),)),)
