"""The data that each agency received about a case, from the gate's decisions and the agencies' reports."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.partners.agencies.agency.models import Entry
from services.partners.channels.report.models import AgencyReport
from services.partners.channels.report.rules import WITHDRAWAL_ANSWER
from services.partners.overview.received import rules
from services.partners.overview.received.events import READS, SOURCE
from services.partners.overview.received.models import CASES, TeamMember
from services.partners.streams.ground import actions as grounds
from services.partners.streams.ground.models import Ground, Party
from services.partners.streams.stream.models import ChannelDelivery, GateDecision, ToldCategory
from shared.access import case_restrictions, exclusions
from shared.access.permissions import Sight
from shared.casework.projections import CaseProjector
from shared.events.narrowing import FIELDS as NARROWED_BY
from shared.exchange.follower import Projection, ReadModelTable


def received(session: Session, case: UUID, now: datetime, sight: Sight) -> dict[str, Any]:
    """Return the data that each agency of the case received, and its answers to withdrawals.

    These are the agencies that a consent, a sharing or a referral names, in the order of their ids. A reader who works
    for another agency than the lead's sees only that agency.
    """
    agencies = sorted(agency for agency in grounds.parties(session, case) if sight.agency in (None, agency))
    today = grounds.day_of(now, grounds.law_of(session, case))
    standing = _standing(session, case, today)
    told, answers = _told(session, case), _answers(session, case)
    categories, names = _categories(session, case), _names(session, agencies)
    delivered = _delivered(session, case)
    closed = set(agencies) if case_restrictions.stands(session, case) else exclusions.agencies_of(session, case)
    is_frozen = grounds.is_frozen(session, case)
    shown = []
    for agency in agencies:
        spans = standing[agency]
        state = rules.state_of(has_ground=bool(spans), is_closed=agency in closed, is_frozen=is_frozen)
        shown.append(
            {
                "agency": agency,
                "name": names.get(agency),
                "state": state,
                "purposes": sorted({purpose for span in spans for purpose in span.purposes}),
                **{name: _named(spans, name) for name in NARROWED_BY},
                "until": max((span.until for span in spans), default=None),
                "data_categories": sorted(categories[agency]),
                "types": told[agency],
                "channels": delivered[agency],
                "first_at": min((each["first_at"] for each in told[agency]), default=None),
                "last_at": max((each["last_at"] for each in told[agency]), default=None),
                "withdrawals": _withdrawals(told[agency], answers[agency]),
            }
        )
    return {"id": case, "agencies": shown}


def _standing(session: Session, case: UUID, today: date) -> dict[UUID, list[Ground]]:
    """Return the grounds that are valid today, by agency."""
    standing: dict[UUID, list[Ground]] = defaultdict(list)
    for ground in session.scalars(select(Ground).where(Ground.case_id == case, Ground.until >= today)):
        if ground.since is None or ground.since <= today:
            standing[ground.agency].append(ground)
    return standing


def _named(grounds_of_agency: Sequence[Ground], name: str) -> list[str] | None:
    """Return the codes that the grounds of an agency name together; None if one of them names none."""
    named = [getattr(ground, name) for ground in grounds_of_agency]
    return sorted({code for codes in named for code in codes}) if named and all(named) else None


def _told(session: Session, case: UUID) -> dict[UUID, list[dict[str, Any]]]:
    """Return how often each agency received events of each type, in the order of the types."""
    found: dict[tuple[UUID, str], dict[str, Any]] = {}
    rows = select(GateDecision).where(GateDecision.case_id == case, GateDecision.is_told)
    for row in session.scalars(rows.order_by(GateDecision.agency, GateDecision.type)):
        each = found.setdefault(
            (row.agency, row.type), {"type": row.type, "count": 0, "first_at": row.first_at, "last_at": row.last_at}
        )
        each["count"] += row.count
        each["first_at"], each["last_at"] = min(each["first_at"], row.first_at), max(each["last_at"], row.last_at)
    told: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for (agency, _type), each in found.items():
        told[agency].append(each)
    return told


def _delivered(session: Session, case: UUID) -> dict[UUID, list[dict[str, Any]]]:
    """Return how many events each channel delivered to each agency, in the order of the channels."""
    counted = (func.count().label("count"), func.max(ChannelDelivery.last_at).label("last_at"))
    rows = select(ChannelDelivery.agency, ChannelDelivery.channel, *counted).where(ChannelDelivery.case_id == case)
    grouped = rows.group_by(ChannelDelivery.agency, ChannelDelivery.channel).order_by(ChannelDelivery.channel)
    delivered: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in session.execute(grouped).mappings():
        delivered[row["agency"]].append({name: row[name] for name in ("channel", "count", "last_at")})
    return delivered


def _answers(session: Session, case: UUID) -> dict[UUID, list[Any]]:
    """Return the agencies' answers to withdrawals, the latest report about each consent."""
    consents = select(Party.id).where(Party.case_id == case)
    reports = select(AgencyReport.agency, AgencyReport.about, AgencyReport.as_sent, AgencyReport.made_at)
    mine = AgencyReport.kind == WITHDRAWAL_ANSWER, AgencyReport.about.in_(consents)
    latest: dict[tuple[object, object], Any] = {}
    for row in session.execute(reports.where(*mine).order_by(AgencyReport.made_at, AgencyReport.id)):
        latest[row.agency, row.about] = row
    answers: dict[UUID, list[Any]] = defaultdict(list)
    for row in latest.values():
        answers[row.agency].append(row)
    return answers


def _withdrawals(told: Sequence[dict[str, Any]], answers: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the results of the withdrawals that an agency was notified of or answered."""
    told_at = next((each["last_at"] for each in told if each["type"] == rules.WITHDRAWN), None)
    stated = {"state": rules.NOT_TOLD if told_at is None else rules.TOLD, "told_at": told_at}
    if answers:
        return [
            {**stated, "consent": row.about, "answer": row.as_sent["answer"], "answered_at": row.made_at}
            for row in answers
        ]
    return [] if told_at is None else [{**stated, "consent": None, "answer": None, "answered_at": None}]


def _categories(session: Session, case: UUID) -> dict[UUID, set[str]]:
    categories: dict[UUID, set[str]] = defaultdict(set)
    rows = select(ToldCategory.agency, ToldCategory.category).where(ToldCategory.case_id == case)
    for row in session.execute(rows):
        # Data without a category is stored with an empty one.
        categories[row.agency] |= {row.category} - {""}
    return categories


def _names(session: Session, agencies: Collection[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(Entry.id, Entry.name).where(Entry.id.in_(agencies)))
    return {row.id: row.name for row in rows}


_TEAMS: Final = CaseProjector(SOURCE, CASES)  # type: ignore[arg-type]  # of a case, partners knows the team alone
PROJECTIONS: Final = (
    Projection(
        "team", frozenset(read.key for read in READS), _TEAMS.project_team, (ReadModelTable(TeamMember.__tablename__),)
    ),
)
