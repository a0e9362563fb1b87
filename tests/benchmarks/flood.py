"""A flood of contact requests: how many are stored, whether other visitors are served, and the memory use.

The requests use the public pages of a complete installation on loopback. The networks are those that a proxy would
state in its header. Meanwhile other visitors send requests too.
"""

import re
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import requests

from deploy.cli import public
from deploy.cli.environment import answers
from deploy.cli.installation import Installation
from services import PUBLIC
from tests.benchmarks.desk import processes
from tests.benchmarks.measurement import Measurement, machine
from tests.kit.installation import empty, started
from tests.kit.waiting import wait_until

REQUESTS, NETWORKS, SENDERS = 10_000, 4, 8
#: Requests after which all threads of the pages have served a request and their memory use is stable.
WARM_UP = 4_000
#: The pause after each request of another visitor. There are 250 of them at most, each with a separate network.
PAUSE_SECONDS, MOST_OTHERS = 0.5, 250
#: The default of `CASEPATH_RATE_CONTACTS`: the number of simultaneous requests, and the seconds until the next ones.
RATE, RATE_SECONDS = 5, 3_600
MOST_WAIT_SECONDS, MOST_GROWTH = 5, 5
_FORM = {"go": "send", "jurisdiction": "NL", "way": "phone", "contact": "+31 6 0000 0000"}
_CODE = re.compile(r'class="code"><bdi dir="ltr">([0-9A-Z-]+)<')


class Flood:
    """Visitors who send requests, and the pages' responses: codes, refusals, and response times for the others (s)."""

    def __init__(self, address: str) -> None:
        """Store the address of the public pages."""
        self._address = address
        self.codes: list[str] = []
        self.refused = 0
        self.waits: list[float] = []

    def send(self, first: int, last: int) -> None:
        """Send requests from few networks concurrently, and meanwhile single requests from others."""
        with ThreadPoolExecutor(SENDERS) as pool:
            sent = [pool.submit(self._ask, f"198.51.100.{number % NETWORKS}") for number in range(first, last)]
            while wait(sent, PAUSE_SECONDS).not_done and len(self.waits) < MOST_OTHERS:
                self._ask_as_another()
        for each in sent:
            self._note(each)

    def lost(self) -> int:
        """Count the codes without a stored request. Each code is entered from another network."""
        shown = [
            self._post("code", f"203.0.113.{number % 256}", {"go": "show", "code": code})
            for number, code in enumerate(self.codes)
        ]
        return sum('value="withdraw"' not in answer.text for answer in shown)

    def _ask_as_another(self) -> None:
        began = time.monotonic()
        answer = self._ask(f"192.0.2.{len(self.waits)}")
        self.waits.append(time.monotonic() - began)
        if not answer.ok:
            raise RuntimeError(f"Another visitor was not served: {answer.status_code}.")
        self.codes += _CODE.findall(answer.text)

    def _ask(self, network: str) -> requests.Response:
        return self._post("contact", network, _FORM)

    def _post(self, page: str, network: str, form: dict[str, str]) -> requests.Response:
        return requests.post(f"{self._address}/en/{page}", data=form, headers={"X-Forwarded-For": network}, timeout=60)

    def _note(self, each: "Future[requests.Response]") -> None:
        found = _CODE.findall(each.result().text)
        self.codes += found
        self.refused += not found


def measure() -> tuple[list[Measurement], dict[str, Any]]:
    """Send the flood. Raises `RuntimeError` if more than the limit was accepted, or an accepted request was lost."""
    rates = {"CASEPATH_TRUSTED_HEADER": "X-Forwarded-For", "CASEPATH_RATE_CODES": "off"}
    with empty(**rates) as installation, started(installation):
        address = public.address(installation)
        wait_until(lambda: answers(f"{address}/health/ready"), "the public pages are ready", 120)
        flood, began = Flood(address), time.monotonic()
        flood.send(0, WARM_UP)
        early = _memory(installation)
        flood.send(WARM_UP, REQUESTS)
        late, seconds = _memory(installation), time.monotonic() - began
        _check(flood, seconds)
    return _figures(flood, early, late, seconds), {"flood": {**machine(), "accepted": len(flood.codes)}}


def _check(flood: Flood, seconds: float) -> None:
    accepted, most = REQUESTS - flood.refused, NETWORKS * (RATE + int(seconds / (RATE_SECONDS / RATE)))
    if not NETWORKS * RATE <= accepted <= most:
        raise RuntimeError(f"{accepted} requests were accepted: at most {most} may be.")
    if len(flood.codes) != accepted + len(flood.waits) or flood.lost():
        raise RuntimeError("A request that was accepted is lost.")


def _figures(flood: Flood, early: dict[str, float], late: dict[str, float], seconds: float) -> list[Measurement]:
    sent = f"{REQUESTS:,} requests to be contacted from {NETWORKS} networks"
    return [
        Measurement(
            f"longest wait of {len(flood.waits)} other visitors in {sent}",
            round(max(flood.waits), 2),
            "s",
            MOST_WAIT_SECONDS,
        ),
        *(
            Measurement(
                f"growth of {name} from request {WARM_UP:,} to the last (PSS)",
                round(late[name] - early[name], 1),
                "MB",
                MOST_GROWTH,
            )
            for name in late
        ),
        Measurement("of them answered", round(REQUESTS / seconds), "/s"),
    ]


def _memory(installation: Installation) -> dict[str, float]:
    return {
        name: sum(float(each.memory_full_info().pss) for each in processes(installation, name)) / 1_000_000
        for name in (PUBLIC, "intake")
    }
