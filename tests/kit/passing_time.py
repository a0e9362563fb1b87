"""The test clock of running services: time passes for all of them, and what became due by then has happened."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from deploy.cli.api import Api, Targets
from deploy.cli.exchange import Exchange, wait_until_drained
from deploy.cli.installation import HOLDERS
from tests.kit.waiting import wait_until

SETTLED_SECONDS: Final = 60


@dataclass
class PassingTime:
    """The clock of all services of an installation, set by its operator."""

    targets: Targets
    seconds: float = SETTLED_SECONDS
    operator: Api = field(init=False)

    def __post_init__(self) -> None:
        """Ask with patience: a service may be busy."""
        self.operator = Api(self.targets, roles=["operator"], patience=20)

    def at(self, instant: datetime | str) -> None:
        """Set the clock, and return when what became due has happened, and has arrived everywhere."""
        now = instant if isinstance(instant, str) else instant.isoformat()
        for service in HOLDERS:
            self.operator.put(service, "/v1/clock", {"now": now})
        self.settle()

    def settle(self) -> None:
        """Return when nothing is due, and nothing is on its way."""
        wait_until(self._has_happened, "what became due, and what followed from it, has happened", self.seconds)

    def _has_happened(self) -> bool:
        # Asked for, as `./casepath clock` does: each service would look for what is due by itself, but in a second.
        for service in HOLDERS:
            self.operator.post(service, "/v1/clock/due")
        exchange = wait_until_drained(self.operator, self.seconds)
        assert exchange.is_drained, _in_words(exchange)
        return self._nothing_is_due()

    def settle_until(self, holds: Callable[[], bool], what: str, seconds: float = 10) -> None:
        """Settle until something holds that no event brings: one service may ask another by a job of its own."""

        def settled() -> bool:
            self.settle()
            return holds()

        wait_until(settled, what, seconds)

    def reset(self) -> None:
        """Let the services go by the time of the machine again."""
        for service in HOLDERS:
            self.operator.put(service, "/v1/clock", {"now": None})

    def _nothing_is_due(self) -> bool:
        return not any(map(self._is_due, HOLDERS))

    def _is_due(self, service: str) -> bool:
        clock = self.operator.get(service, "/v1/clock").json()
        due = clock["next_due"]
        return due is not None and datetime.fromisoformat(due) <= datetime.fromisoformat(clock["now"])


def _in_words(exchange: Exchange) -> str:
    return "; ".join((*exchange.waiting, *exchange.stuck))
