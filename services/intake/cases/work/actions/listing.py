"""The work list of a reader, or of their team, a page at a time."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.agencies.report import rules as offer_rules
from services.intake.agencies.report.actions import offers
from services.intake.cases.work import rules
from services.intake.cases.work.actions.items import Item, by_case, with_joined
from services.intake.cases.work.actions.lines import Line, Sees
from services.intake.cases.work.actions.statement import LISTS, CaseRow
from services.intake.cases.work.actions.summaries import Listed, summaries
from services.intake.cases.work.rules import Asked
from services.intake.cases.work.schemas import Summary
from services.intake.facts.case.rules import ACCESS as CASE_ACCESS
from services.intake.facts.case.rules import SEEN_BY
from shared.access import agency_grounds
from shared.access.permissions import READ_CASE, FieldVisibility, Relation, Sight, permits
from shared.access.tokens import Principal
from shared.access.views import Shown, written
from shared.casework import dates
from shared.exchange.last_changes import last_changes

_VISIBILITY: Final = FieldVisibility(SEEN_BY)
_USUAL: Final = Asked()
_NOTHING: Final[frozenset[str]] = frozenset()


def work_list(
    session: Session,
    after: rules.Place | None,
    limit: int,
    now: datetime,
    *,
    by: Principal,
    asked: Asked = _USUAL,
) -> dict[str, object]:
    """List the open cases of the caller's teams with their due items: the first due, then the urgent.

    The list of a team also has the cases of the people whom the caller supervises, and all due items of a case.
    If the caller may not see health, by their role or because another agency leads the case, the result of assessments
    is neither shown nor part of the order, the counts or the cursor.
    """
    today = functools.cache(functools.partial(dates.today, now))
    cases, own, offered = _read(session, asked.scope, now, by=by)
    is_whole, cases = len(cases) <= rules.MOST_OF_TEAM, cases[: rules.MOST_OF_TEAM]
    sights = _sights(session, cases, today, by=by)
    items = with_joined(session, {UUID(case.case): case.joined for case in cases}, own, sights, now, by=by)
    lines = _lines(cases, items, sights, today, of_all=asked.scope == rules.TEAM, by=by)
    marks = _marks(session, lines, asked, today)
    wanted = [line for line in lines if _is_wanted(line, asked, marks)]
    left = sorted((line for line in wanted if after is None or line.place > after), key=Line.placed)
    page = left[:limit]
    following = page[-1].place.written() if len(left) > limit else None
    day = functools.cache(date.fromisoformat)
    shown: list[Shown] = [line.shown(today(line.case.jurisdiction), day) for line in page]
    may_wait = after is None and offered
    waiting = _offers(session, now, by=by) if may_wait else []
    listed: dict[str, object] = {"offers": waiting, "cases": shown, "next": following}
    if not asked.with_names:
        return listed
    _add_summaries(session, shown, page, sights, now, by=by, with_team=asked.with_team)
    return {**listed, "counts": _counts(lines, marks, asked, is_whole=is_whole)}


def _read(
    session: Session, scope: str, now: datetime, *, by: Principal
) -> tuple[Sequence[CaseRow], dict[str, list[Item]], bool]:
    """Return the cases of a list, their due items, and whether an agency offers a referral."""
    # The latest day of any time zone. Each case's own day decides below.
    shown_until = (now + timedelta(days=1)).date()
    values: dict[str, object] = {"member": UUID(by.subject), "shown_until": shown_until}
    if scope == rules.TEAM:
        values["supervises"] = permits(CASE_ACCESS, READ_CASE, by, Relation.SUPERVISOR)
    row = LISTS[scope].execute(session, values).one()
    cases = list(map(CaseRow._make, row.cases or ()))
    return cases, by_case(map(Item._make, row.items or ())), bool(row.offered)


def _lines(
    cases: Iterable[CaseRow],
    items: Mapping[str, list[Item]],
    sights: Mapping[UUID, Sight],
    today: Callable[[str], date],
    *,
    of_all: bool,
    by: Principal,
) -> list[Line]:
    sees = functools.cache(Sees.of)
    return [
        Line.of(
            case,
            items.get(case.case, ()),
            today(case.jurisdiction),
            by.subject,
            sees(sights[UUID(case.case)]),
            of_all=of_all,
        )
        for case in cases
    ]


def _marks(
    session: Session, lines: Sequence[Line], asked: Asked, today: Callable[[str], date]
) -> dict[str, frozenset[str]]:
    """Return the filters that find each case, if the request needs them."""
    if not asked.needs_marks:
        return {}
    since, changes = asked.since, {}
    if since is not None:
        changes = last_changes(session, [UUID(line.case.case) for line in lines])
    day = functools.cache(date.fromisoformat)
    return {
        line.case.case: line.marks(
            today(line.case.jurisdiction),
            day,
            changed=since is not None and UUID(line.case.case) in changes and changes[UUID(line.case.case)] > since,
        )
        for line in lines
    }


def _is_wanted(line: Line, asked: Asked, marks: Mapping[str, frozenset[str]]) -> bool:
    is_of_law = asked.jurisdiction in (None, line.case.jurisdiction)
    return is_of_law and asked.marked <= marks.get(line.case.case, _NOTHING)


def _counts(
    lines: Sequence[Line], marks: Mapping[str, frozenset[str]], asked: Asked, *, is_whole: bool
) -> dict[str, object]:
    """Return how many cases of the whole list each filter finds, independent of the page's filters."""
    shows_urgent = any(line.sees_health for line in lines)
    counted = rules.counts(list(marks.values()), shows_urgent=shows_urgent, shows_changed=asked.since is not None)
    return {**counted, "complete": is_whole}


def _add_summaries(
    session: Session,
    shown: Sequence[Shown],
    page: Sequence[Line],
    sights: Mapping[UUID, Sight],
    now: datetime,
    *,
    by: Principal,
    with_team: bool,
) -> None:
    listed = {
        UUID(line.case.case): Listed(line.case.jurisdiction, line.case.joined, sights[UUID(line.case.case)])
        for line in page
    }
    by_id = summaries(session, listed, now, by=by, with_team=with_team)
    for case in shown:
        case.update(written(Summary, by_id[UUID(case["case"])]))


def _offers(session: Session, now: datetime, *, by: Principal) -> list[dict[str, Any]]:
    """Return the referrals that agencies offer, for callers who may decide on them."""
    if not by.roles & offer_rules.ACCESS["offer.decide"].keys():
        return []
    return offers.waiting(session, rules.MOST_OFFERS, now)


def _sights(
    session: Session, cases: Sequence[CaseRow], today: Callable[[str], date], *, by: Principal
) -> dict[UUID, Sight]:
    """Return the reader's sight of each case. If another agency leads it, the sight is that of the reader's agency."""
    usual = {relation: Sight(_VISIBILITY.seen(by, relation)) for relation in (Relation.TEAM, Relation.SUPERVISOR)}
    sights = {UUID(case.case): usual[_relation_of(case)] for case in cases}
    agency = next((case.outside for case in cases if case.outside is not None), None)
    if agency is not None:
        days = {UUID(case.case): today(case.jurisdiction) for case in cases if case.outside is not None}
        employed_by = UUID(agency)
        for id_, categories in agency_grounds.granted_in(session, days, employed_by).items():
            sights[id_] = Sight(sights[id_].classes, categories, employed_by)
    return sights


def _relation_of(case: CaseRow) -> Relation:
    return Relation.SUPERVISOR if case.role is None else Relation.TEAM
