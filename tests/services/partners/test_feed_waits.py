"""Agencies' programs long-poll the feed: no worker is occupied, waits are bounded, and they end in time."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
import requests

from deploy.cli.plays.stage import CATEGORIES, PURPOSE, staff
from deploy.cli.sandbox import agree
from deploy.cli.servers import PostgresServer, RabbitServer
from shared.http.rates import AskedTooManyAtOnce
from shared.http.server import bounds
from shared.http.server.waits import Awaited, Waits
from tests.kit import databases, serving
from tests.kit.private_servers import VirtualHost
from tests.kit.serving import Site
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
#: The maximum number of waits of one agency, and the number of agencies, each of which has that many.
AGENCIES = 10
ROOM = 60
#: The longest response time in seconds while all of them wait, which they do for 30 seconds.
SOON = 20.0


@dataclass
class Waiter:
    """A client that sends a request in a thread, and waits for the response."""

    url: str
    key: str
    after: int
    answer: requests.Response | None = None
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._ask, daemon=True)
        self.thread.start()

    def _ask(self) -> None:
        headers = {"Authorization": f"Bearer {self.key}"}
        self.answer = requests.get(f"{self.url}/v1/feed?after={self.after}&wait=30", headers=headers, timeout=60)

    def status(self) -> int | None:
        return None if self.answer is None else self.answer.status_code


@dataclass
class Sandbox:
    """A sandbox agency that receives no events, and the clients that wait for it."""

    url: str
    id: str
    key: str
    events: int = 0
    waiters: list[Waiter] = field(default_factory=list)

    def read(self, **query: int) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.key}"}
        return requests.get(f"{self.url}/v1/feed", params=query, headers=headers, timeout=SOON)

    def wait(self, count: int) -> None:
        self.waiters += [Waiter(self.url, self.key, self.events) for _ in range(count)]

    def settle(self) -> None:
        """Wait until the stream has the agreement, which is its last event."""
        wait_until(lambda: "agreement.began" in self.read().text, "the agreement has arrived")
        self.events = len(self.read().json())

    def statuses(self) -> list[int | None]:
        return [waiter.status() for waiter in self.waiters]


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, rabbitmq: RabbitServer) -> Iterator[Site]:
    rabbitmq.add_vhost("waits")
    uri = VirtualHost.at(rabbitmq, "waits")
    with serving.opened(tmp_path_factory.mktemp("waits"), postgres, uri, "waits") as found:
        connections = str(int(ROOM / bounds.WAITING_SHARE))
        # Partners delivers nothing before it has received events of intake.
        found.start("intake")
        found.start("partners", CASEPATH_CONNECTIONS=connections, CASEPATH_HTTP_WORKERS="2")
        found.wait_ready("intake")
        found.wait_ready("partners")
        yield found


def waiting(site: Site) -> int:
    return int(site.metric("partners", "casepath_requests_waiting"))


def test_many_wait_while_workers_are_free_and_each_hears_when_they_must(site: Site) -> None:
    url, operator = site.installation.address("partners"), site.api("operator")
    made = [operator.post("partners", "/v1/sandboxes", {"country": "NL"}).json() for _ in range(AGENCIES)]
    for each in made:
        agree(operator, staff(operator.targets), each["id"], (PURPOSE,), CATEGORIES)
    sandboxes = [Sandbox(url, each["id"], each["key"]) for each in made]
    # Before partners has received events of intake, it responds with 503 at once, and no request waits.
    wait_until(lambda: sandboxes[0].read().status_code == 200, "partners hands on what it has")
    for sandbox in sandboxes:
        sandbox.settle()
        sandbox.wait(bounds.WAITS_OF_ONE)
    wait_until(lambda: waiting(site) == AGENCIES * bounds.WAITS_OF_ONE, "all wait")

    first, revoked, *others = sandboxes
    too_many = first.read(after=first.events, wait=30)
    assert (too_many.status_code, too_many.headers["Retry-After"]) == (429, "1")
    for sandbox in sandboxes:
        assert len(sandbox.read(limit=1).json()) == 1, "two workers, and fifty who wait"
    assert not any(waiter.status() for sandbox in sandboxes for waiter in sandbox.waiters)

    agree(operator, staff(operator.targets), first.id, (PURPOSE,), CATEGORIES)
    wait_until(lambda: first.statuses() == [200] * bounds.WAITS_OF_ONE, "what is new wakes who waits for it")
    for waiter in first.waiters:
        assert waiter.answer is not None
        assert waiter.answer.json()[0]["sequence"] == f"{first.events + 1:020}"

    key = revoked.key.split("_")[1]
    operator.request("DELETE", "partners", f"/v1/agencies/{revoked.id}/keys/{UUID(key)}")
    wait_until(lambda: revoked.statuses() == [401] * bounds.WAITS_OF_ONE, "a revoked key ends what it waits for")
    assert not any(waiter.status() for sandbox in others for waiter in sandbox.waiters)

    assert site.stop("partners") == 0
    for sandbox in others:
        for waiter in sandbox.waiters:
            waiter.thread.join(SOON)
            assert waiter.answer is not None
            assert (waiter.answer.status_code, waiter.answer.json()) == (200, []), "a stop answers who waits"


@pytest.fixture
def waits(postgres: PostgresServer) -> Iterator[Waits]:
    with databases.opened(postgres, "partners") as (database, _):
        yield Waits(database, lambda _session, asked: dict.fromkeys(asked, "new"), most=bounds.WAITS_OF_ONE + 1)


def in_thread(waits: Waits, awaited: Awaited, outcomes: list[bool]) -> threading.Thread:
    thread = threading.Thread(target=lambda: outcomes.append(waits.wait_for(awaited)), daemon=True)
    thread.start()
    return thread


def test_the_bound_is_for_one_and_for_all(waits: Waits) -> None:
    one, outcomes = uuid4(), list[bool]()
    threads = [in_thread(waits, Awaited(one, "new", 30), outcomes) for _ in range(bounds.WAITS_OF_ONE)]
    wait_until(lambda: len(waits._waiting) == bounds.WAITS_OF_ONE, "they wait")
    with pytest.raises(AskedTooManyAtOnce):
        waits.wait_for(Awaited(one, "new", 30))
    threads.append(in_thread(waits, Awaited(uuid4(), "new", 30), outcomes))
    wait_until(lambda: len(waits._waiting) == bounds.WAITS_OF_ONE + 1, "another still finds room")
    with pytest.raises(AskedTooManyAtOnce):
        waits.wait_for(Awaited(uuid4(), "new", 30))
    waits.look()
    assert outcomes == [], "nothing has changed"
    waits.stop()
    for thread in threads:
        thread.join(SOON)
    assert outcomes == [False] * (bounds.WAITS_OF_ONE + 1)
    assert not waits.wait_for(Awaited(one, "new", 30)), "after a stop nobody waits"


def test_what_came_between_the_reply_and_the_wait_is_seen_at_the_next_look(waits: Waits) -> None:
    outcomes = list[bool]()
    thread = in_thread(waits, Awaited(uuid4(), "old", 30), outcomes)
    wait_until(lambda: bool(waits._waiting), "it waits")
    waits.look()
    thread.join(SOON)
    assert outcomes == [True]


def test_who_asked_for_no_time_or_whose_time_is_over_is_answered_as_before(waits: Waits) -> None:
    assert not waits.wait_for(Awaited(uuid4(), "old", 0))
    assert waits._waiting == []
