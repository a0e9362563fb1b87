"""The test clock of running services: advancing it waits until everything that became due has happened."""

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
        """Retry requests: a service can be busy."""
        self.operator = Api(self.targets, roles=["operator"], patience=20)

    def at(self, instant: datetime | str) -> None:
        """Set the clock. Return when everything that became due has happened and every service has processed it."""
        now = instant if isinstance(instant, str) else instant.isoformat()
        for service in HOLDERS:
            self.operator.put(service, "/v1/clock", {"now": now})
        self.settle()

    def settle(self) -> None:
        """Return when nothing is due and no event is under way."""
        wait_until(self._has_happened, "what became due, and what followed from it, has happened", self.seconds)

    def _has_happened(self) -> bool:
        # Request it explicitly, as `./casepath clock` does: otherwise each service checks for due timers a second
        # later.
        for service in HOLDERS:
            self.operator.post(service, "/v1/clock/due")
        exchange = wait_until_drained(self.operator, self.seconds)
        assert exchange.is_drained, _in_words(exchange)
        return self._nothing_is_due()

    def settle_until(self, holds: Callable[[], bool], what: str, seconds: float = 10) -> None:
        """Settle until a fact is true that no event reports: a service may query another one in a background job."""

        def settled() -> bool:
            self.settle()
            return holds()

        wait_until(settled, what, seconds)

    def reset(self) -> None:
        """Make the services use the machine's time again."""
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
