"""Faults in a seeded random order: each begins and ends here, and leaves a field that can continue."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from deploy.cli.installation import SERVICES
from deploy.cli.servers.rabbitmq import MEMORY_LIMIT, VHOST
from tests.faults.field import Field
from tests.faults.proxy import BOTH, Proxy

REPLICAS = 2
#: Longer than any time limit of the services for a response, a confirm or a silent leader.
LONGEST_SECONDS = 25.0
CRASHES = (
    "commit.before",
    "commit.after",
    "relay.after_numbering",
    "relay.in_publish",
    "relay.before_mark",
    "follower.before_commit",
    "follower.before_ack",
)
QUEUES = tuple(f"{service}.{queue}" for service in SERVICES for queue in ("inbox", "guard"))


@dataclass(frozen=True)
class Trouble:
    """A field and a random generator."""

    field: Field
    dice: Random

    def strike(self) -> tuple[str, str]:
        """Let one fault happen and end; return its kind and its target."""
        kind = self.dice.choice(CHOICES)
        return kind, KINDS[kind](self)

    def _pause(self, least: float, most: float = LONGEST_SECONDS) -> float:
        seconds = round(self.dice.uniform(least, most), 1)
        time.sleep(seconds)  # the length of the fault
        return seconds

    def _one(self) -> tuple[str, int]:
        return self.dice.choice(SERVICES), self.dice.randrange(REPLICAS)

    def kill(self) -> str:
        """Kill a replica (SIGKILL)."""
        service, replica = self._one()
        self.field.kill(service, replica)
        seconds = self._pause(0, 10)
        self.field.start(service, replica)
        return f"{service} {replica}, away {seconds} s"

    def kill_all_of_one(self) -> str:
        """Kill all replicas of a service at once (SIGKILL)."""
        service = self.dice.choice(SERVICES)
        for replica in range(REPLICAS):
            self.field.kill(service, replica)
        seconds = self._pause(0, 10)
        self.start_missing()
        return f"{service}, away {seconds} s"

    def crash(self) -> str:
        """Crash at a chosen point of the exchange."""
        point = f"{self.dice.choice(SERVICES)}:{self.dice.choice(CRASHES)}"
        self.field.arm(point)
        self._pause(5, 10)
        self.field.crash_file.unlink(missing_ok=True)
        self.start_missing()
        return point

    def stop(self) -> str:
        """Stop a replica (SIGTERM); it must exit in time and with code 0."""
        service, replica = self._one()
        self.field.stop(service, replica)
        self.field.start(service, replica)
        return f"{service} {replica}"

    def freeze(self) -> str:
        """Suspend a replica (SIGSTOP) and resume it: a leader or an active consumer wakes up after its term."""
        service, replica = self._one()
        self.field.freeze(service, replica)
        seconds = self._pause(2)
        self.field.thaw(service, replica)
        return f"{service} {replica} for {seconds} s"

    def restart_broker(self) -> str:
        """Restart RabbitMQ cleanly."""
        self.field.broker.stop()
        self.field.broker.start()
        return "cleanly"

    def kill_broker(self) -> str:
        """Kill RabbitMQ, and start it again."""
        self.field.broker.kill()
        seconds = self._pause(0, 10)
        self.field.broker.start()
        return f"away {seconds} s"

    def purge(self) -> str:
        """Purge a queue while its followers are suspended."""
        queue = self.dice.choice(QUEUES)
        service = queue.partition(".")[0]
        for replica in range(REPLICAS):
            self.field.freeze(service, replica)
        self._pause(1, 4)
        self.field.broker.ctl("purge_queue", queue, "-p", VHOST)
        for replica in range(REPLICAS):
            self.field.thaw(service, replica)
        return queue

    def alarm(self) -> str:
        """Raise a memory alarm: the broker stops reading from publishers."""
        self.field.broker.ctl("set_vm_memory_high_watermark", "absolute", "1MiB")
        seconds = self._pause(5)
        self.field.broker.ctl("set_vm_memory_high_watermark", "absolute", MEMORY_LIMIT)
        return f"for {seconds} s"

    def restart_database(self) -> str:
        """Restart PostgreSQL cleanly."""
        self.field.postgres.stop()
        self.field.postgres.start()
        return "cleanly"

    def kill_database(self) -> str:
        """Kill PostgreSQL, and start it again."""
        self.field.postgres.kill()
        seconds = self._pause(0, 5)
        self.field.postgres.start()
        return f"away {seconds} s"

    def network(self) -> str:
        """Cause a network fault between the services and one of the stores."""
        name, proxy = self.dice.choice([("broker", self.field.broker_proxy), ("database", self.field.database_proxy)])
        what = self.dice.choice(["cut", "refuse", "black hole", "half a black hole", "delay", "half close"])
        with _healed(proxy):
            {
                "cut": proxy.cut,
                "refuse": proxy.refuse,
                "black hole": proxy.black_hole,
                "half a black hole": lambda: proxy.black_hole(self.dice.choice(BOTH)),
                "delay": lambda: proxy.delay(round(self.dice.uniform(0.05, 0.5), 2)),
                "half close": proxy.half_close,
            }[what]()
            seconds = self._pause(1)
        return f"{name}: {what} for {seconds} s"

    def start_missing(self) -> None:
        """Start the replicas that do not run, as a supervisor does."""
        missing = [
            (service, replica)
            for service in SERVICES
            for replica in range(REPLICAS)
            if not self.field.runs(service, replica)
        ]
        for service, replica in missing:
            self.field.start(service, replica, wait=False)
        for service, replica in missing:
            self.field.wait_ready(service, replica)


@contextmanager
def _healed(proxy: Proxy) -> Iterator[None]:
    try:
        yield
    finally:
        proxy.heal()


KINDS: dict[str, Callable[[Trouble], str]] = {
    "kill": Trouble.kill,
    "kill all of one": Trouble.kill_all_of_one,
    "crash point": Trouble.crash,
    "stop": Trouble.stop,
    "freeze": Trouble.freeze,
    "broker restarted": Trouble.restart_broker,
    "broker killed": Trouble.kill_broker,
    "queue purged": Trouble.purge,
    "memory alarm": Trouble.alarm,
    "database restarted": Trouble.restart_database,
    "database killed": Trouble.kill_database,
    "network": Trouble.network,
}
#: Kinds with more variants are listed twice.
CHOICES = sorted([*KINDS, "crash point", "network"], key=list(KINDS).index)
