"""Cases that changed after a backup, for staff who enter the changes again after a restore.

The source is the event log before it is replaced. If it is unreadable, the other services know its last 10,000 events
each. The list contains ids only: staff with access to a case find it by its id.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypedDict

from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES
from deploy.cli.saving.cut import Stand
from deploy.cli.saving.reach import PsqlSession, Reach, Row


class Team(TypedDict):
    """A member of a case's team, and the agency that they are of."""

    member: str
    role: str
    lead: bool
    agency: str | None


class Worked(TypedDict):
    """A case (or another subject) with events that the backup does not have."""

    subject: str
    events: int
    last_at: str | None
    team: list[Team]


@dataclass(frozen=True)
class Since:
    """The changes in a service after a backup. `source`: where they are known from."""

    service: str
    source: str
    worked: list[Worked] = field(default_factory=list)

    @property
    def events(self) -> int:
        """How many events the restore takes away."""
        return sum(case["events"] for case in self.worked)

    def by_agency(self) -> dict[str, int]:
        """Return how many cases each agency's people worked on; those without a known team under an empty name."""
        counted: dict[str, int] = {}
        for case in self.worked:
            for agency in {member["agency"] for member in case["team"] if member["agency"]} or {""}:
                counted[agency] = counted.get(agency, 0) + 1
        return counted


OWN_LOG, OTHERS, NOWHERE = "its own log", "what others heard", "nobody"

_WORKED = """
    select subject, count(*) as events, max(time) as last_at, '[]'::jsonb as team
    from public.event_log where position is null or position > {head} group by subject order by max(time)
"""
_HEARD = """
    select subject, count(*) as events, null as last_at, '[]'::jsonb as team
    from public.follow_digests where source = '{source}' and position > {head} and subject is not null
    group by subject order by min(position)
"""
_TEAM = """
    select t.case_id as subject, jsonb_agg(jsonb_build_object(
        'member', t.member, 'role', t.role, 'lead', t.lead, 'agency', s.agency)) as team
    from public.case_team t left join public.staff s on s.id = t.member
    where t.case_id in ({cases}) group by t.case_id
"""


def since(reach: Reach, service: str, stand: Stand) -> Since:
    """Return what happened at a service since a backup in which it stood so; the databases are still what they were."""
    own = _asked(reach, service, _WORKED.format(head=int(stand["head"]))) if _continues(reach, service, stand) else None
    if own is not None:
        return Since(service, OWN_LOG, _with_teams(reach, [service, "intake"], own))
    heard: dict[str, Worked] = {}
    answered = False
    for other in SERVICES:
        query = _HEARD.format(source=service, head=int(stand["head"]))
        rows = _asked(reach, other, query) if other != service else None
        answered = answered or rows is not None
        for row in rows or ():
            before = heard.get(row["subject"])
            if before is None or before["events"] < row["events"]:
                heard[row["subject"]] = row
    return Since(service, OTHERS if answered else NOWHERE, _with_teams(reach, ["intake"], list(heard.values())))


def _continues(reach: Reach, service: str, stand: Stand) -> bool:
    """Return whether the present log is the one that was backed up, further on."""
    lives = [life["epoch"] for life in stand["epochs"]][-1:]
    rows = _rows(reach, service, "select epoch from public.event_log_epochs")
    return rows is not None and set(lives) <= {row["epoch"] for row in rows} and bool(lives)


def _with_teams(reach: Reach, services: Iterable[str], worked: list[Worked]) -> list[Worked]:
    """Add the team of each case, as the first of these services that knows one has it."""
    if not worked:
        return worked
    cases = ", ".join(f"'{case['subject']}'" for case in worked)
    for service in services:
        rows = _asked(reach, service, _TEAM.format(cases=cases)) or []
        teams = {row["subject"]: row["team"] for row in rows}
        for case in worked:
            case["team"] = case["team"] or teams.get(case["subject"], [])
    return worked


def _asked(reach: Reach, database: str, query: str) -> list[Worked] | None:
    return _rows(reach, database, query)  # type: ignore[return-value]  # as selected


def _rows(reach: Reach, database: str, query: str) -> list[Row] | None:
    """Return the rows of a query; None where the database is not there, is broken, or has no such table yet."""
    try:
        with PsqlSession(reach, database) as session:
            return session.ask(query)
    except CommandRefused:
        return None
