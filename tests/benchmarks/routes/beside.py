"""Three requests of intake, each compared with a plain nameko route that does the same job, in alternating rounds."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from uuid import uuid4

import psycopg

from deploy.cli import servers
from deploy.cli.console import print_table
from deploy.cli.installation import CHECKOUT
from shared.store.database import engine_for
from tests.benchmarks import stage
from tests.benchmarks.measurement import Measurement, machine
from tests.benchmarks.routes import casework, rows
from tests.benchmarks.routes.client import TOKEN_SECONDS, Client
from tests.kit import serving
from tests.kit.intake import many_cases
from tests.kit.serving import Site
from tests.kit.waiting import wait_until

CASES = 200
REQUESTS, WARM_UP = 40, 5
#: Time after a request for its background work, such as numbering and publishing events (seconds).
SETTLE_SECONDS = 0.5
START_SECONDS = 30
STAFF_ROLES = ("caseworker",)
BARE_OPENING = {"jurisdiction": "GB-NIR", "source": "self", "channel": "chat", "language": "bg", "anonymous": True}


@dataclass
class Pair:
    """A request to Casepath, the plain one, and the maximum ratio between them; medians by round, in ms."""

    name: str
    goal: float
    ours: Callable[[], object]
    bare: Callable[[], object]
    ours_milliseconds: list[float] = field(default_factory=list)
    bare_milliseconds: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """Return the ratio of Casepath's time to the plain route's, by round."""
        return [ours / bare for ours, bare in zip(self.ours_milliseconds, self.bare_milliseconds, strict=True)]

    def measure(self, *, ours_first: bool) -> None:
        """Measure one round: one route, then the other, each when the other is idle."""
        sides = [(self.ours, self.ours_milliseconds), (self.bare, self.bare_milliseconds)]
        for ask, medians in sides if ours_first else sides[::-1]:
            time.sleep(SETTLE_SECONDS)
            for _ in range(WARM_UP):
                ask()
            medians.append(median(_milliseconds(ask) for _ in range(REQUESTS)))

    def shown(self) -> dict[str, Any]:
        """Return the medians of all rounds, and the values of each round."""
        return {
            "times": round(median(self.ratios), 2),
            "ours_milliseconds": round(median(self.ours_milliseconds), 2),
            "bare_milliseconds": round(median(self.bare_milliseconds), 2),
            "rounds": [round(ratio, 2) for ratio in self.ratios],
        }


def compare(*, rounds: int) -> tuple[list[Measurement], dict[str, Any]]:
    """Measure each pair in every round; return the goals' figures, and all figures."""
    with stage.folder() as folder, stage.servers_in(folder) as (store, broker):
        broker.add_vhost("routes")
        with (
            serving.opened(folder, store, broker.uri("routes"), "routes", forks=False) as site,
            _bare(site, store) as bare_port,
        ):
            _start_intake(site)
            pairs = _pairs(site, bare_port)
            with psycopg.connect(store.owner_url(site.database_name("intake")), autocommit=True) as connection:
                casework.fill_store(connection)
            for name in (site.database_name("intake"), "bare"):
                with psycopg.connect(store.owner_url(name), autocommit=True) as connection:
                    connection.execute("analyze")  # like a database that has been in use for a while
            for number in range(rounds):
                for pair in pairs:
                    pair.measure(ours_first=number % 2 == 0)
                    sys.stderr.write(f"round {number + 1} of {rounds}: {pair.name}, {pair.ratios[-1]:.1f} times\n")
    _show(pairs)
    measurements = [Measurement(pair.name, pair.shown()["times"], "x", pair.goal) for pair in pairs]
    return measurements, {"routes": {**machine(), **{pair.name: pair.shown() for pair in pairs}}}


def _pairs(site: Site, bare_port: int) -> list[Pair]:
    openers, readers, listers = (_clients(site, bare_port) for _ in range(3))
    team = {role: site.register(str(uuid4()), role) for role in casework.ROLES}
    case = casework.a_whole_case(readers[0], team)
    bare_case = readers[1].ask("POST", "/cases", BARE_OPENING)[0]["id"]
    casework.fill_work_list(listers[0], CASES)
    for _ in range(CASES):
        listers[1].ask("POST", "/cases", BARE_OPENING)
    return [
        Pair(
            "opening a case beside a bare route",
            3,
            lambda: casework.open_case(openers[0]),
            lambda: openers[1].ask("POST", "/cases", BARE_OPENING),
        ),
        Pair(
            "reading a case beside a bare route",
            2,
            lambda: readers[0].ask("GET", f"/v1/cases/{case}"),
            lambda: readers[1].ask("GET", f"/cases/{bare_case}"),
        ),
        Pair(
            f"the work list of {CASES} cases among {many_cases.CASES:,} beside a bare route",
            2.5,
            lambda: _read_to_the_end(listers[0], "/v1/work-list"),
            lambda: _read_to_the_end(listers[1], "/cases"),
        ),
    ]


def _read_to_the_end(client: Client, path: str) -> None:
    """Read a complete list, page by page."""
    page, _ = client.ask("GET", path)
    count = len(page["cases"])
    while page["next"] is not None:
        page, _ = client.ask("GET", f"{path}?after={page['next']}")
        count += len(page["cases"])
    if count != CASES:
        raise RuntimeError(f"{path} lists {count} cases of {CASES}.")


def _clients(site: Site, bare_port: int) -> tuple[Client, Client]:
    """Return one member of staff as a client of our service and of the plain one."""
    token = site.targets.token(STAFF_ROLES, str(uuid4()), TOKEN_SECONDS)
    return Client(site.installation.ports["intake"], token), Client(bare_port, token)


def _start_intake(site: Site) -> None:
    """Start the service.

    One client sends more requests than the rate limit allows; production has no exemption for it.
    """
    site.start("intake", CASEPATH_RATE_CALLER="off", CASEPATH_RATE_CLIENT="off")
    site.wait_ready("intake")


@contextlib.contextmanager
def _bare(site: Site, store: servers.PostgresServer) -> Iterator[int]:
    """Run the plain service; yield its port."""
    store.create_database("bare")
    engine = engine_for(store.owner_url("bare"), pool_size=1)
    rows.metadata.create_all(engine)
    engine.dispose()
    [port] = servers.free_ports(1)
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(CHECKOUT),
        "BENCH_DATABASE_URL": store.owner_url("bare"),
        "BENCH_KEY_SET": site.installation.keys.joinpath("key-set.json").read_text(encoding="utf-8"),
    }
    arguments = [sys.executable, "-m", "tests.benchmarks.routes.bare", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        arguments, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: _listens(port), "the bare service listens", START_SECONDS)
        yield port
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _milliseconds(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _show(pairs: list[Pair]) -> None:
    shown = [(pair.name, pair.shown()) for pair in pairs]
    print_table(
        ["request", "ours, ms", "bare, ms", "times", "rounds"],
        [
            [
                name.partition(" beside")[0],
                f"{figures['ours_milliseconds']:g}",
                f"{figures['bare_milliseconds']:g}",
                f"{figures['times']:g}",
                " ".join(f"{ratio:g}" for ratio in figures["rounds"]),
            ]
            for name, figures in shown
        ],
    )
