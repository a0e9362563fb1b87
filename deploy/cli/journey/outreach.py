"""Journeys that begin in outreach: a session is recorded, contacts come of it, and the counts are read back.

The services' counts of a session are compared with what was played: each number of every session must be the same.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from rich.table import Table

from deploy.cli.console import out
from deploy.cli.journey.batch import Outcome
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.planning import REACHES, PlannedJourney, Reach
from shared.reference import profile

SESSION_OF = 50
"""Most contacts of one session."""
#: How often a journey ends at each step.
SHARES: Mapping[Reach, int] = {"contact": 15, "detected": 15, "case": 15, "closed": 55}
STEPS: Mapping[Reach, str] = {"contact": "contacts", "detected": "detected", "case": "cases", "closed": "closed"}


@dataclass(frozen=True)
class Difference:
    """A number of a session that is not what was played."""

    session: str
    step: str
    played: int
    told: int | None


def traced(plans: Iterable[PlannedJourney], desk: Desk, today: dt.date, *, seed: int) -> Iterator[PlannedJourney]:
    """Yield each journey with the session that it comes of, recorded first, and the step at which it ends."""
    sessions: dict[str, str] = {}
    left: Counter[str] = Counter()
    for plan in plans:
        place = plan.profile.code
        if not left[place]:
            sessions[place], left[place] = _record(desk, place, today), SESSION_OF
        left[place] -= 1
        random = Random(f"{seed}:{plan.number}:reach")  # noqa: S311 - chooses a story, keeps no secret
        [reach] = random.choices(list(SHARES), weights=list(SHARES.values()))
        yield replace(plan, outreach_session=sessions[place], reach=reach)


def _record(desk: Desk, place: str, today: dt.date) -> str:
    held = {
        "held_on": today.isoformat(),
        "region": profile(place).place.region,
        "setting": "street_or_market",
        "languages": ["ro"],
        "topics": ["rights_at_work"],
        "reached": 4 * SESSION_OF,
        "spoke_with": 2 * SESSION_OF,
        "contacts": SESSION_OF,
    }
    return desk.create("outreach_worker", "intake", "/v1/outreach-sessions", held)


def counts(outcomes: Iterable[Outcome]) -> Mapping[str, Mapping[str, int]]:
    """Return for each session how many of its journeys reached each step."""
    counters: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        if outcome.outreach_session and outcome.case:
            reached = REACHES[: REACHES.index(outcome.reach) + 1]
            counters.setdefault(outcome.outreach_session, Counter()).update(STEPS[step] for step in reached)
    return counters


def differences(desk: Desk, outcomes: Iterable[Outcome]) -> list[Difference]:
    """Return where the services' progression of each session differs from what was played.

    A journey that failed halfway is complete in neither count, and so differs.
    """
    compared = []
    for session, played in counts(outcomes).items():
        progression = _progression(desk, session)
        compared += [Difference(session, step, played[step], progression.get(step)) for step in STEPS.values()]
    return [difference for difference in compared if difference.played != difference.told]


def _progression(desk: Desk, session: str) -> Mapping[str, int]:
    progression: Mapping[str, int] = (
        desk.api("supervisor").get("intake", f"/v1/outreach-sessions/{session}/progression").json()
    )
    return progression


def show(outcomes: list[Outcome], differing: list[Difference]) -> None:
    """Print how far the journeys of each session came, and where the services' counts differ."""
    table = Table("session", "jurisdiction", *STEPS.values(), title="From a session to a closed case (fictitious)")
    places = {outcome.outreach_session: outcome.jurisdiction for outcome in outcomes}
    total: Counter[str] = Counter()
    for session, played in counts(outcomes).items():
        total.update(played)
        table.add_row(session, places[session], *(str(played[step]) for step in STEPS.values()))
    table.add_row("all", "", *(str(total[step]) for step in STEPS.values()), style="bold")
    out.print(table)
    for difference in differing:
        out.print(
            f"{difference.session}: {difference.step} is {difference.told}, and {difference.played} were played",
            style="bold red",
        )
    if not differing:
        out.print("intake tells the same numbers of every session.", style="green")
