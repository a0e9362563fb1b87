"""Find the most expensive request: every route with its largest body, its longest page, and rejected bodies.

The CPU time is that of the service's process during the request, and therefore includes background work.
"""

import random
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import requests

from deploy.cli.console import print_table
from deploy.cli.installation import HOLDERS, SERVICES
from services.registry import parts_of
from shared.http import Route, routes_of
from shared.reference import codes
from tests.benchmarks import stage
from tests.benchmarks.cost import bodies
from tests.benchmarks.measurement import Measurement, machine
from tests.benchmarks.routes import casework
from tests.benchmarks.routes.client import TOKEN_SECONDS, Client
from tests.kit import serving
from tests.kit.serving import Site
from tests.kit.waiting import wait_until

#: The limit for each request (milliseconds of CPU time).
MOST_MILLISECONDS = 100
SHOWN = 10
OPERATOR = "operator"
CASES = 120
#: The number of routes per group; None for all.
MOST_ROUTES: int | None = None
#: The number of bodies to try until one is accepted, and of measurements per request. The minimum time counts.
BODIES, TRIES = 12, 3
OPENING = {"jurisdiction": "NL", "source": "self", "channel": "phone", "language": "bg", "anonymous": False}
#: Routes that end a case, or close it to the caller: each is called on a separate case, after everything else.
ENDING = ("closure", "break-glass", "erasure-requests", "moves", "transfer", "merges", "exclusions", "restriction")
#: Routes that would end the measurement itself: called last.
LAST = ("/v1/clock", "/v1/revocations", "/v1/keys")


@dataclass
class Cost:
    """One request: its content, its response, and its cost."""

    service: str
    route: Route
    what: str
    status: int = 0
    bytes_out: int = 0
    milliseconds: float = 0.0

    def row(self) -> dict[str, Any]:
        """Return the row for the table and the file."""
        return {
            "request": f"{self.service} {self.route.method} {self.route.path}",
            "body": self.what,
            "status": self.status,
            "processor_milliseconds": round(self.milliseconds, 1),
            "bytes_out": self.bytes_out,
        }


@dataclass
class Asker:
    """Clients for a staff member with every role and for an operator.

    The staff member leads a case that every service knows.
    """

    site: Site
    pids: dict[str, int]
    token: str
    operator_token: str
    case: str = ""
    made: dict[str, str] = field(default_factory=dict)
    _session: requests.Session = field(default_factory=requests.Session)

    def open_case(self) -> None:
        """Open a case, and wait until every service has received it."""
        reply = self.send("intake", "POST", "/v1/cases", bodies.json.dumps(OPENING).encode())
        self.case = reply.json()["id"]
        for service in HOLDERS:
            wait_until(lambda: self.send(service, "GET", f"/v1/cases/{self.case}").ok, f"{service} knows it", 60)  # noqa: B023

    def send(
        self, service: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        """Send one request, as staff unless the headers have another token."""
        usual = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid4()),
        }
        address = self.site.installation.address(service) + path
        return self._session.request(method, address, data=body, headers=usual | (headers or {}), timeout=60)

    def ask(self, cost: Cost, path: str, body: bytes | None) -> None:
        """Send a request, and update `cost` with its status, and its CPU time if that is the minimum so far."""
        headers = {"Authorization": f"Bearer {self.operator_token}"} if is_operators(cost.service, cost.route) else {}
        if cost.route.changes:
            headers["If-Match"] = self.send(cost.service, "GET", f"/v1/cases/{self.case}").headers.get("ETag", "")
        pid = self.pids[cost.service]
        before = processor_seconds(pid)
        reply = self.send(cost.service, cost.route.method, path, body, headers)
        spent = (processor_seconds(pid) - before) * 1000
        if cost.status in (0, reply.status_code):  # a repeated one-time action is rejected, which costs less
            cost.milliseconds = min(spent, cost.milliseconds or spent)
            cost.status, cost.bytes_out = reply.status_code, len(reply.content)
        if reply.status_code == 201:
            self.made[f"{cost.service} {cost.route.path}"] = reply.json().get("id", "")

    def address(self, service: str, route: Route) -> str:
        """Fill the path with known or unknown ids."""

        def filled(match: re.Match[str]) -> str:
            if match[1] == "case":
                return self.case
            collection = route.path[: match.start()].rstrip("/")
            return self.made.get(f"{service} {collection}") or str(uuid4())

        path = re.sub(r"<\w+:(\w+)>", filled, route.path)
        most = [f"{name}={schema['maximum']}" for name, schema, _ in route.query if "maximum" in schema]
        needed = [f"subject={self.case}"] if route.path == "/v1/audit" else []
        return path + ("?" + "&".join((*most, *needed)) if most or needed else "")


def is_operators(service: str, route: Route) -> bool:
    """Return whether only operators may call a route; an operator's token allows no other role."""
    return set(parts_of(service)[0].access.get(str(route.action), ())) == {OPERATOR}


def processor_seconds(pid: int) -> float:
    """Return the CPU time of a process (Linux names the clock of a process by its id)."""
    return time.clock_gettime(((~pid) << 3) | 2)


def measure() -> tuple[list[Measurement], dict[str, Any]]:
    """Measure every route; return the maximum with its goal, and the ten most expensive requests."""
    with stage.folder() as folder, stage.servers_in(folder) as (store, broker):
        broker.add_vhost("cost")
        with serving.opened(folder, store, broker.uri("cost"), "cost", forks=False) as site:
            pids = {service: _start(site, service) for service in SERVICES}
            site.wait_ready(*SERVICES)
            costs = sorted(_ask_everything(site, pids), key=lambda cost: -cost.milliseconds)
    rows = [cost.row() for cost in costs]
    dearest = rows[:SHOWN]
    _show(dearest)
    every = {row["request"] for row in rows}
    taken = {row["request"] for row in rows if row["status"] < 300}
    sys.stderr.write(f"{len(rows)} requests of {len(every)} routes, of which not taken: {sorted(every - taken)}\n")
    figure = Measurement("the dearest request, processor time", round(costs[0].milliseconds), "ms", MOST_MILLISECONDS)
    return [figure], {"cost": {**machine(), "requests": len(rows), "dearest": dearest}}


def _start(site: Site, service: str) -> int:
    off = {f"CASEPATH_RATE_{each}": "off" for each in ("CLIENT", "CALLER", "CODES")}
    return site.start(service, CASEPATH_ENVIRONMENT="training", **off).pid


def _ask_everything(site: Site, pids: dict[str, int]) -> Iterator[Cost]:
    roles = sorted(set(codes("staff_role")) - {OPERATOR})
    token, operator_token = (site.targets.token(each, str(uuid4()), TOKEN_SECONDS) for each in (roles, [OPERATOR]))
    casework.fill_work_list(Client(site.installation.ports["intake"], token), CASES)
    asker = Asker(site, pids, token, operator_token)
    asker.open_case()
    ordinary, ending, last = _in_order()
    for service, route in ordinary:
        yield from _costs(asker, service, route)
    for service, route in ending:
        asker.open_case()
        yield from _costs(asker, service, route)
    for service, route in last:
        yield from _costs(asker, service, route)


def _in_order() -> tuple[list[tuple[str, Route]], ...]:
    """Return the routes in order: records before routes below them, then reads, routes that end a case, last ones."""
    routes = [(service, route) for service in SERVICES for route in routes_of(parts_of(service)[1])]
    routes.sort(key=lambda pair: (pair[1].method == "GET", pair[1].method == "DELETE", pair[1].path.count("/")))
    ending = [pair for pair in routes if pair[1].path.removeprefix("/v1/cases/<uuid:case>/").startswith(ENDING)]
    last = [pair for pair in routes if pair[1].method != "GET" and pair[1].path.startswith(LAST)]
    ordinary = [pair for pair in routes if pair not in ending and pair not in last]
    return tuple(group[:MOST_ROUTES] for group in (ordinary, ending, last))


def _costs(asker: Asker, service: str, route: Route) -> Iterator[Cost]:
    if route.body is None:
        yield _least(asker, Cost(service, route, ""), None)
        return
    yield _largest(asker, service, route)
    for wrong, body in bodies.hostile(route.body):
        yield _least(asker, Cost(service, route, wrong), body)


def _largest(asker: Asker, service: str, route: Route) -> Cost:
    """Return the cost of the largest accepted body, or of the most expensive rejected one."""
    refused: list[tuple[float, bytes]] = []
    for attempt in range(BODIES):
        chance, left_out = random.Random(attempt), 0 if attempt < BODIES // 2 else 0.5
        body = bodies.largest(route.body, chance, left_out) if route.body else b""
        cost = Cost(service, route, f"largest, {len(body)} bytes")
        asker.ask(cost, asker.address(service, route), body)
        if cost.status < 300:
            return _least(asker, cost, body)
        refused.append((cost.milliseconds, body))
    _, body = max(refused)
    return _least(asker, Cost(service, route, f"largest, {len(body)} bytes"), body)


def _least(asker: Asker, cost: Cost, body: bytes | None) -> Cost:
    for _ in range(TRIES):
        asker.ask(cost, asker.address(cost.service, cost.route), body)
    return cost


def _show(rows: list[dict[str, Any]]) -> None:
    columns = ["request", "body", "status", "processor, ms", "bytes out"]
    print_table(columns, [[str(cell) for cell in row.values()] for row in rows])
