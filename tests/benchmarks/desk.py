"""The page of a case at the desk: CPU time as the store grows, requests to the services, size and memory.

Each store is a complete installation with the same open case. Intake also contains a number of other cases.
"""

import gzip
import re
import time
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urljoin

import psutil
import psycopg
import requests

from deploy.cli import desk as cli_desk
from deploy.cli import running
from deploy.cli.api import Api, targets_of
from deploy.cli.environment import answers
from deploy.cli.installation import Installation
from deploy.cli.servers import PostgresServer, free_ports
from deploy.cli.training import play_open_cases
from deploy.training.people import PEOPLE
from services import DESK
from tests.benchmarks.measurement import Measurement, machine
from tests.kit.installation import empty, started
from tests.kit.intake import many_cases
from tests.kit.reader import Reader
from tests.kit.waiting import wait_until

#: The number of other cases in intake's store; a multiple of 2,000.
FEW, MANY = 2_000, many_cases.CASES
PAGES, WARM_UP, ROUNDS = 100, 20, 3
#: The processes whose CPU time a page uses.
PROCESSES = (DESK, "intake", "legal", "support", "postgres")
SETTLE_SECONDS = 3.0
#: The limits of issue 32.
MOST_GROWTH, MOST_REQUESTS, MOST_KILOBYTES, MOST_MEGABYTES = 1.3, 4, 60, 90
_LINKED = re.compile(r'(?:href|src)="(/look/[^"]+)"')
_COUNTED = re.compile(r"^casepath_upstream_seconds_count\{.*\} (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """One page of a case: CPU time of all processes (ms), requests, size (kB), and the desk's memory (MB)."""

    milliseconds: float
    requests: float
    kilobytes: float
    megabytes: float


def measure() -> tuple[list[Measurement], dict[str, Any]]:
    """Measure the page with few cases in the store and with many; return the figures and the values behind them."""
    few = _in_a_store(FEW)
    many = few if MANY == FEW else _in_a_store(MANY)
    growth = f"processor time of a case's page, {MANY:,} cases beside {FEW:,}"
    measurements = [
        Measurement(growth, round(many.milliseconds / few.milliseconds, 2), "x", MOST_GROWTH),
        Measurement("requests of a case's page to the services", many.requests, "", MOST_REQUESTS + 1),
        Measurement("a case's page with its files, compressed", round(many.kilobytes, 1), "kB", MOST_KILOBYTES),
        Measurement("memory of the desk after its pages (PSS)", round(many.megabytes, 1), "MB", MOST_MEGABYTES),
    ]
    return measurements, {"desk": {**machine(), "few": vars(few), "many": vars(many)}}


def _in_a_store(cases: int) -> Page:
    metrics = f"127.0.0.1:{free_ports(1)[0]}"
    with empty(CASEPATH_WEB_DESK_METRICS_LISTEN=metrics) as installation, started(installation):
        reader, path = Reader(_ready(installation)), f"/cases/{play_open_cases(targets_of(installation), ['NL'])[0]}"
        with psycopg.connect(_owner(installation), autocommit=True) as connection:
            many_cases.fill(connection, cases=cases)
        reader.sign_in("Mila")
        page = _open(reader, path, WARM_UP)
        before = _requests(metrics)
        milliseconds = min(_milliseconds(installation, reader, path) for _ in range(ROUNDS))
        asked = (_requests(metrics) - before) / (PAGES * ROUNDS)
        kilobytes = sum(map(_compressed, [page, *_files(reader, page)])) / 1_000
        return Page(milliseconds, asked, kilobytes, _memory(installation))


def _ready(installation: Installation) -> str:
    """Return the address of the desk when it is ready and the last of its people is registered."""
    address = cli_desk.address(installation)
    wait_until(lambda: answers(f"{address}/health/ready"), "the desk is ready", 120)
    last = Api(targets_of(installation), roles=[PEOPLE[-1].role], subject=PEOPLE[-1].id)
    wait_until(lambda: bool(last.get("intake", "/v1/me").json()["registered"]), "the last person is registered", 120)
    return address


def _owner(installation: Installation) -> str:
    return PostgresServer(installation.home, installation.ports["postgres"]).owner_url("intake")


def _open(reader: Reader, path: str, times: int) -> requests.Response:
    for _ in range(times):
        page = reader.open(path)
        if not page.ok:
            raise RuntimeError(f"The page answers {page.status_code}.")
    return page


def _milliseconds(installation: Installation, reader: Reader, path: str) -> float:
    """Return the CPU time of one page, without the idle CPU time of the processes."""
    time.sleep(SETTLE_SECONDS)
    at_rest = _processor(installation)
    time.sleep(SETTLE_SECONDS)
    a_second = (_processor(installation) - at_rest) / SETTLE_SECONDS
    began, before = time.monotonic(), _processor(installation)
    _open(reader, path, PAGES)
    taken = _processor(installation) - before - a_second * (time.monotonic() - began)
    return 1_000 * taken / PAGES


def _processor(installation: Installation) -> float:
    """Return the CPU seconds of the processes and their children so far."""
    times = [process.cpu_times() for process in processes(installation, *PROCESSES)]
    return sum(each.user + each.system for each in times)


def processes(installation: Installation, *names: str) -> list[psutil.Process]:
    recorded = running.read(installation.running_file)["processes"]
    parents = [psutil.Process(int(each["pid"])) for each in recorded if each["name"] in names]
    return [process for parent in parents for process in (parent, *parent.children(recursive=True))]


def _memory(installation: Installation) -> float:
    return sum(float(process.memory_full_info().pss) for process in processes(installation, DESK)) / 1_000_000


def _requests(metrics: str) -> float:
    served = requests.get(f"http://{metrics}/metrics", timeout=10).text
    return sum(map(float, _COUNTED.findall(served)))


def _files(reader: Reader, page: requests.Response) -> list[requests.Response]:
    """Return the style sheets, scripts and images that a browser requests for a page."""
    return [reader.session.get(urljoin(page.url, unescape(each)), timeout=30) for each in _LINKED.findall(page.text)]


def _compressed(answer: requests.Response) -> int:
    return len(gzip.compress(answer.content))
