"""Time from an assessment at support until it appears in the lead's work list, with 1,000 open cases."""

import random
import sys
import time
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

from deploy.cli.console import print_table
from tests.benchmarks.measurement import Measurement, machine
from tests.benchmarks.routes import casework
from tests.benchmarks.routes.client import TOKEN_SECONDS, Client, Unexpected
from tests.benchmarks.stage import folder, servers_in
from tests.kit import serving
from tests.kit.serving import Site
from tests.kit.waiting import wait_until

LEADS, CASES_OF_ONE = 50, 20
CHANGES, WARM_UP = 400, 20
GOAL_SECONDS = 1.0
ARRIVES_SECONDS = 60
SERVICES = ("intake", "support")
#: The number of equal parts. The last border between them is the 99th percentile.
_PERCENT = 100
#: Immediate danger, and no danger, in the profiles' own domains.
_RISKS = {True: 4, False: 0}


@dataclass
class Lead:
    """A worker with cases at both services; the result of each case's last assessment is stored."""

    intake: Client
    support: Client
    cases: dict[str, bool | None] = field(default_factory=dict)

    def open_cases(self, count: int) -> None:
        """Open cases."""
        self.cases = {casework.open_case(self.intake): None for _ in range(count)}

    def has_arrived(self) -> bool:
        """Return whether support has received all cases and their leads."""
        try:
            for case in self.cases:
                self.support.ask("GET", f"/v1/cases/{case}")
        except Unexpected:
            return False
        return True

    def assess_another_way(self, case: str) -> float:
        """Invert the urgency of a case with an assessment; return the seconds until the list shows the change."""
        is_urgent = not self.cases[case]
        body = {"type": "review", "domains": {"immediate_safety": {"need": 1, "risk": _RISKS[is_urgent]}}}
        began = time.perf_counter()
        self.support.ask("POST", f"/v1/cases/{case}/assessments", body)
        while self._listed(case) != is_urgent:
            if time.perf_counter() - began > ARRIVES_SECONDS:
                raise RuntimeError(f"An assessment did not reach the list within {ARRIVES_SECONDS} s.")
        self.cases[case] = is_urgent
        return time.perf_counter() - began

    def _listed(self, case: str) -> bool | None:
        lines, _ = self.intake.ask("GET", "/v1/work-list")
        return next((line["assessed_urgent"] for line in lines["cases"] if line["case"] == case), None)


def measure() -> tuple[list[Measurement], dict[str, Any]]:
    """Change risks one after another; return the time within which 99 of 100 appeared, and all figures."""
    with folder() as place, servers_in(place) as (store, broker):
        broker.add_vhost("risk")
        with serving.opened(place, store, broker.uri("risk"), "risk", forks=False) as site:
            for service in SERVICES:
                site.start(service, CASEPATH_RATE_CALLER="off", CASEPATH_RATE_CLIENT="off")
            site.wait_ready(*SERVICES)
            milliseconds = sorted(1_000 * seconds for seconds in _measured(site))
    longest = quantiles(milliseconds, n=_PERCENT)[-1]
    figures = {"median": median(milliseconds), "p99": longest, "longest": milliseconds[-1]}
    shown = {f"{name}_milliseconds": round(figure, 1) for name, figure in figures.items()}
    print_table(
        ["an assessment until it stands on the lead's list", "ms"],
        [[name, f"{figure:.1f}"] for name, figure in figures.items()],
    )
    what = f"a risk that changed, on the lead's list, p99 of {CHANGES} with {LEADS * CASES_OF_ONE:,} open cases"
    return [Measurement(what, round(longest / 1_000, 3), "s", GOAL_SECONDS)], {"risk_change": {**machine(), **shown}}


def _measured(site: Site) -> list[float]:
    leads = [_lead(site) for _ in range(LEADS)]
    for lead in leads:
        lead.open_cases(CASES_OF_ONE)
    for lead in leads:
        wait_until(lead.has_arrived, "support knows the cases", ARRIVES_SECONDS)
    chance = random.Random(1)
    seconds = []
    for number in range(WARM_UP + CHANGES):
        lead = chance.choice(leads)
        seconds.append(lead.assess_another_way(chance.choice(sorted(lead.cases))))
        if number % 100 == 0:
            sys.stderr.write(f"{number} of {WARM_UP + CHANGES} changes\n")
    return seconds[WARM_UP:]


def _lead(site: Site) -> Lead:
    token = site.targets.token(("caseworker",), str(uuid4()), TOKEN_SECONDS)
    intake, support = (Client(site.installation.ports[service], token) for service in SERVICES)
    return Lead(intake, support)
