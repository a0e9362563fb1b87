"""Response times of each list across cases with 100,000 cases in the store, for staff with a usual number of cases.

Each list is measured in two stores, with random and with ordered ids: the planner treats them differently.
"""

import sys
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import psycopg

from deploy.cli.console import print_table
from tests.benchmarks import stage
from tests.benchmarks.measurement import Measurement, machine
from tests.benchmarks.routes.beside import _milliseconds, _start_intake
from tests.benchmarks.routes.client import TOKEN_SECONDS, Client
from tests.kit import serving
from tests.kit.intake import many_cases
from tests.kit.serving import Site

REQUESTS, WARM_UP = 10, 8
#: The limit for each list, in milliseconds.
BOUND = 100
#: Path, and user: the caseworker has 400 cases, the supervisor those of ten caseworkers.
LISTS = (
    ("/v1/work-list", "caseworker"),
    ("/v1/queues/supervision", "supervisor"),
    ("/v1/queues/data-protection", "data_protection_officer"),
    ("/v1/confirmations", "supervisor"),
    ("/v1/consents/unanswered", "supervisor"),
    ("/v1/erasures/overdue", "data_protection_officer"),
    ("/v1/retention/due", "data_protection_officer"),
    ("/v1/notices", "supervisor"),
)


def measure(*, rounds: int) -> tuple[list[Measurement], dict[str, Any]]:
    """Request the first page of each list in turn; return the slowest with its limit, and all figures."""
    measurements, kept = list[Measurement](), dict[str, Any]()
    cases = many_cases.CASES
    for ids in many_cases.IDS:
        milliseconds = _in_a_store(ids, rounds)
        print_table(
            [f"of {cases:,} cases, ids {ids}", "whose", "median, ms", "longest, ms"],
            [
                [path, role, f"{median(milliseconds[path]):.1f}", f"{max(milliseconds[path]):.1f}"]
                for path, role in LISTS
            ],
        )
        kept[ids] = {path: round(median(measured), 2) for path, measured in milliseconds.items()}
        what = f"the slowest list across {cases:,} cases, ids {ids}, median"
        measurements.append(Measurement(what, max(kept[ids].values()), "ms", BOUND))
    return measurements, {"lists": {**machine(), "median_ms": kept}}


def _in_a_store(ids: many_cases.Ids, rounds: int) -> dict[str, list[float]]:
    with stage.folder() as folder, stage.servers_in(folder) as (store, broker):
        broker.add_vhost("lists")
        with serving.opened(folder, store, broker.uri("lists"), "lists", forks=False) as site:
            _start_intake(site)
            with psycopg.connect(store.owner_url(site.database_name("intake")), autocommit=True) as connection:
                many_cases.fill(connection, ids=ids)
            return _measured(site, rounds)


def _measured(site: Site, rounds: int) -> dict[str, list[float]]:
    clients = {role: _client(site, role) for _, role in LISTS}
    milliseconds: dict[str, list[float]] = {path: [] for path, _ in LISTS}
    for number in range(rounds):
        for path, role in LISTS:
            for _ in range(WARM_UP):
                clients[role].ask("GET", path)
            asked = [
                _milliseconds(lambda path=path, role=role: clients[role].ask("GET", path)) for _ in range(REQUESTS)
            ]  # type: ignore[misc]
            milliseconds[path] += asked
        sys.stderr.write(f"round {number + 1} of {rounds}\n")
    return milliseconds


def _client(site: Site, role: str) -> Client:
    people: dict[str, UUID] = {"caseworker": many_cases.staff(3), "supervisor": many_cases.supervisor(3)}
    token = site.targets.token((role,), str(people.get(role) or uuid4()), TOKEN_SECONDS)
    return Client(site.installation.ports["intake"], token)
