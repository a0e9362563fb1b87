"""The field on which faults happen: real servers, real services, and a proxy before each server.

::

    with opened() as field:
        with field.under_writes():              # threads that open urgent cases, and record the responses
            field.broker_proxy.refuse()         # the broker is unreachable
            field.kill("legal")                 # SIGKILL; field.start("legal") starts it again
            field.settle(but=Waiting.FOR_THE_BROKER)  # followers continue through the feeds
            field.broker_proxy.heal()
        field.settle()                          # until everything has arrived everywhere
        field.check(record_property, faults=2)  # nothing lost, nothing twice, in order

Services reach the stores through `broker_proxy` and `database_proxy`, and each other through a front that forwards
requests to the replicas that run. `field.database("legal")` connects to the store directly. The field stops only
processes that it has started.
"""

import contextlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from signal import SIGCONT, SIGSTOP

from prometheus_client.parser import text_string_to_metric_families

from deploy.cli import servers
from deploy.cli.api import Api, Targets, targets_of
from deploy.cli.exchange import look
from deploy.cli.installation import CHECKOUT, SERVICES, Installation
from deploy.cli.keys import make_keys
from deploy.cli.migration import migrate_all
from deploy.cli.servers.rabbitmq import Node
from deploy.cli.stores import Stores, own_broker
from shared.store.database import Database, engine_for
from tests.faults.field_checks import Checks, Waiting, what_waits
from tests.faults.field_replica import Replica, child_of, plain_environment, replaced_port
from tests.faults.field_writes import Writes
from tests.faults.history import Found
from tests.faults.proxy import Proxy
from tests.kit.private_servers import folder_for
from tests.kit.waiting import wait_until

#: Maximum time from SIGTERM to exit: the services' own limit plus time for a slow machine.
STOP_SECONDS = 15.0
INBOXES = tuple(f"{service}.{queue}" for service in SERVICES for queue in ("inbox", "guard"))
SETTLE_SECONDS = 60.0


class Field(Writes, Checks):
    """A private PostgreSQL, a private RabbitMQ, and the services' replicas."""

    def __init__(self, folder: Path, postgres: servers.PostgresServer, broker: servers.RabbitServer) -> None:
        """Start proxies for the servers, prepare databases and keys; no service runs yet."""
        super().__init__()
        self.folder, self.postgres, self.broker = folder, postgres, broker
        #: The port of the broker's metrics, if the broker was created with that plugin.
        self.broker_figures = int(broker.node.settings.get("prometheus.tcp.port", 0))
        self.broker_proxy, self.database_proxy = Proxy(broker.port), Proxy(postgres.port)
        self.fronts = {service: Proxy() for service in SERVICES}
        ports = {service: front.port for service, front in self.fronts.items()}
        self._installation = Installation(CHECKOUT, folder, ports, plain_environment())
        self._databases: dict[str, Database] = {}
        self._replicas: dict[tuple[str, int], Replica] = {}
        make_keys(self._installation.keys, "training")
        migrate_all(self._installation, Stores({}, postgres, None))

    def start(self, service: str, replica: int = 0, *, wait: bool = True, **environment: str) -> None:
        """Start a replica and wait until it is ready; `environment` extends the usual variables."""
        key = (service, replica)
        found = self._replicas.get(key) or Replica(service, replica, servers.free_ports(1)[0])
        assert not found.running, f"{found.name} runs already"
        told = {"CASEPATH_CRASH_AT": str(self.crash_file), **environment}
        found.child = child_of(self._installation, self._stores(), found, told, self._write_down)
        self._replicas[key] = found
        found.child.start()
        self._point_front(service)
        if wait:
            self.wait_ready(service, replica)

    def wait_ready(self, service: str, replica: int = 0) -> None:
        """Return when a replica accepts requests."""
        self._replica(service, replica).child.wait_until_ready()

    def stop(self, service: str, replica: int = 0) -> None:
        """Ask a replica to exit (SIGTERM); it must do so in time, with exit code 0."""
        found = self._replica(service, replica)
        asked = found.child.stop()
        self._point_front(service)
        assert asked, f"{found.name} did not end within {STOP_SECONDS} s"
        assert re.search(r"\b0$", found.child.how_it_ended()), f"{found.name} {found.child.how_it_ended()}"

    def kill(self, service: str, replica: int = 0) -> None:
        """Kill a replica like a power cut (SIGKILL)."""
        self._replica(service, replica).child.kill()
        self._point_front(service)

    def freeze(self, service: str, replica: int = 0) -> None:
        """Suspend a replica (SIGSTOP); its connections stay open."""
        self._replica(service, replica).child.signal(SIGSTOP)

    def thaw(self, service: str, replica: int = 0) -> None:
        """Resume a suspended replica (SIGCONT)."""
        self._replica(service, replica).child.signal(SIGCONT)

    def pid(self, service: str, replica: int = 0) -> int:
        """Return the process id of a running replica."""
        found = self._replica(service, replica)
        assert found.running, f"{found.name} does not run"
        return int(found.child.pid or 0)

    def runs(self, service: str, replica: int = 0) -> bool:
        """Return whether a replica was started and has not exited."""
        found = self._replicas.get((service, replica))
        return found is not None and found.running

    def wait_until_dead(self, service: str, replica: int = 0, seconds: float = 30) -> None:
        """Return when a replica has exited without a signal from here, as at a crash point."""
        wait_until(lambda: not self.runs(service, replica), f"{service} {replica} dies", seconds)
        self._point_front(service)

    @property
    def crash_file(self) -> Path:
        """Return the file that every replica reads at each crash point."""
        return self.folder / "crash"

    def arm(self, point: str) -> None:
        """Let the next process crash at this point: `intake:relay.before_mark`; with ` freeze`, suspend it instead."""
        fresh = self.crash_file.with_suffix(".new")
        fresh.write_text(point, encoding="ascii")
        fresh.rename(self.crash_file)

    def database(self, service: str) -> Database:
        """Return a service's database with its runtime role, without the proxy."""
        return self._database_at(self.postgres.database_url(service))

    def owned_database(self, service: str) -> Database:
        """Return a service's database with the owner of its tables, who may change them."""
        return self._database_at(self.postgres.owner_url(service))

    def _database_at(self, url: str) -> Database:
        if url not in self._databases:
            self._databases[url] = Database(engine_for(url, pool_size=4))
        return self._databases[url]

    def amqp_uri(self, service: str, proxy: Proxy) -> str:
        """Return the broker's address through a caller's proxy: for `start(..., CASEPATH_INTAKE_AMQP_URI=...)`."""
        return replaced_port(self.broker.service_uri(service), self.broker.port, proxy.port)

    def database_url(self, service: str, proxy: Proxy) -> str:
        """Return a database's address through a caller's proxy: for `start(..., CASEPATH_INTAKE_DATABASE_URL=...)`."""
        return replaced_port(self.postgres.database_url(service), self.postgres.port, proxy.port)

    def targets(self) -> Targets:
        """Return the addresses of the services' fronts."""
        return targets_of(self._installation)

    def targets_past_the_fronts(self, replica: int) -> Targets:
        """Return the addresses of one replica of each service; the front's address if it has no such replica."""
        own = {
            name: f"http://127.0.0.1:{each.port}"
            for (name, number), each in self._replicas.items()
            if number == replica and each.running
        }
        return replace(self.targets(), urls={**self.targets().urls, **own})

    def api(self, *roles: str, patience: float = 0.0) -> Api:
        """Return a client with these roles. Use one object per thread."""
        return Api(self.targets(), roles=roles or ["operator"], patience=patience)

    def metric(self, service: str, name: str, replica: int = 0, **labels: str) -> float:
        """Return the sum of a replica's metric over all labels that are not given; 0 if it has none."""
        found = self._replica(service, replica).get("/metrics")
        return sum(
            sample.value
            for family in text_string_to_metric_families(found)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def health(self, service: str, replica: int = 0) -> dict[str, str]:
        """Return a replica's health, also if it is not ready: `{"database": "ok", "broker": "away", …}`."""
        found: dict[str, str] = json.loads(self._replica(service, replica).said("/health/ready"))["checks"]
        return found

    def settle(self, seconds: float = SETTLE_SECONDS, *, but: Waiting = Waiting.FOR_NOTHING) -> None:
        """Return when every cursor is at its source's head, and no event is unpublished or held; otherwise list them.

        Raises an error with the list after the time limit. `but` is what may still wait while the fault persists.
        Parked events are ignored.
        """
        api, waiting = self.api(), [""]

        def settled() -> bool:
            waiting[:] = what_waits(look(api), but)
            return not waiting

        try:
            wait_until(settled, "everything has arrived everywhere", seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}: {'; '.join(waiting)}") from None

    def settle_publishing(self, service: str, seconds: float = SETTLE_SECONDS) -> None:
        """Return when the broker has confirmed all of a service's events, whether or not they are consumed."""

        def published() -> bool:
            said = self.api().get(service, "/v1/exchange").json()
            return bool(said["published"] == said["head"])

        wait_until(published, f"{service} has published everything", seconds)

    def check(self, record_property: Callable[[str, object], None], *, faults: int = 1) -> Found:
        """Settle, read the logs, and count the faults, which must be zero; add the counters to the run's last line."""
        self.settle()
        return self.count(record_property, faults)

    def last_words(self, lines: int = 30) -> str:
        """Return the last lines of the services' output, for a failure report."""
        said = self.folder / "services.log"
        return "\n".join(said.read_text(encoding="utf-8").splitlines()[-lines:]) if said.exists() else ""

    def start_all(self) -> None:
        """Start one replica of each service, and wait for all."""
        for service in SERVICES:
            self.start(service, wait=False)
        for service in SERVICES:
            self.wait_ready(service)

    def restore(self) -> None:
        """Heal the proxies and run exactly one replica of each service, also after a failed scenario."""
        self.crash_file.unlink(missing_ok=True)
        for proxy in (self.broker_proxy, self.database_proxy, *self.fronts.values()):
            proxy.heal()
        for (service, number), each in self._replicas.items():
            each.child.signal(SIGCONT)
            if number > 0 and each.running:
                self.stop(service, number)
        for service in SERVICES:
            if not self.runs(service):
                self.start(service)
        wait_until(self._queues_are_kept, "the broker has noted on the disk which queues it has")

    def _queues_are_kept(self) -> bool:
        """Return whether RabbitMQ's file of quorum queues lists all inboxes.

        RabbitMQ writes the file up to a second after it has confirmed a declaration. If it is killed in between, it
        restarts with a queue that never answers: this is a fault of RabbitMQ, and not under test here.
        """
        names = next(self.broker.directory.glob("data/*/quorum/*/names.dets"), None)
        kept = names.read_bytes() if names else b""
        return all(f"casepath_{queue}".encode() in kept for queue in INBOXES)

    def close(self) -> None:
        """Stop all replicas and proxies."""
        for each in self._replicas.values():
            each.child.signal(SIGCONT)
            each.child.kill()
        for proxy in (*self.fronts.values(), self.broker_proxy, self.database_proxy):
            proxy.close()
        for database in self._databases.values():
            database.engine.dispose()

    def _replica(self, service: str, replica: int) -> Replica:
        return self._replicas[service, replica]

    def _point_front(self, service: str) -> None:
        self.fronts[service].upstream = [
            each.port for (name, _), each in self._replicas.items() if name == service and each.running
        ]

    def _stores(self) -> Stores:
        urls = {
            f"CASEPATH_{service.upper()}_DATABASE_URL": self.database_url(service, self.database_proxy)
            for service in SERVICES
        }
        keys = {
            f"CASEPATH_{service.upper()}_KEYS_DATABASE_URL": self.database_url(f"{service}_keys", self.database_proxy)
            for service in SERVICES
        }
        brokers = {own_broker(service): self.amqp_uri(service, self.broker_proxy) for service in SERVICES}
        return Stores({**brokers, **urls, **keys}, None, None)

    def _write_down(self, name: str, line: str) -> None:
        with contextlib.suppress(OSError), self.folder.joinpath("services.log").open("a", encoding="utf-8") as log:
            log.write(f"{name}: {line}\n")


@contextlib.contextmanager
def opened(*, in_memory: bool = False) -> Iterator[Field]:
    """Yield a field with its servers and one replica of each service running; everything stops when the block ends.

    Data of a killed process survives in memory as on a disk. A soak test can need more space than the memory has.
    """
    disk = Path(tempfile.mkdtemp(prefix="casepath-field-"))
    disk.chmod(0o711)  # if root runs the tests, the private servers run as another user, who must enter the folder
    try:
        with folder_for("field", disk) if in_memory else contextlib.nullcontext(disk) as folder:
            yield from _opened_in(folder)
    finally:
        shutil.rmtree(disk, ignore_errors=True)


def _opened_in(folder: Path) -> Iterator[Field]:
    ports = servers.free_ports(3)
    settings = {"prometheus.tcp.ip": "127.0.0.1", "prometheus.tcp.port": str(ports[2])}
    node = Node(plugins=("rabbitmq_prometheus",), settings=settings)
    with servers.postgres(folder, ports[0]) as postgres, servers.rabbitmq(folder, ports[1], node=node) as broker:
        field = Field(folder, postgres, broker)
        try:
            field.start_all()
            yield field
        finally:
            field.close()
