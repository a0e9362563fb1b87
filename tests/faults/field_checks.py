"""Checks a field's history: the logs, what was answered, and what the followers made of it."""

import dataclasses
import enum
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from deploy.cli.api import Api
from deploy.cli.exchange import Exchange
from deploy.cli.installation import SERVICES
from shared.events.envelope import INSIDE
from shared.store.database import Database
from tests.faults.field_writes import Write
from tests.faults.history import Found, check, read_on

_CASES = text("select id, status from cases")
_INSIDE = text("select position from event_log where classification = :inside and position is not null").bindparams(
    inside=INSIDE
)
_TEAM = text("select case_id, member from case_team")


class Waiting(enum.Flag):
    """What may wait while a fault is on."""

    FOR_NOTHING = 0
    FOR_THE_BROKER = enum.auto()
    FOR_A_TRY = enum.auto()


def what_waits(found: Exchange, but: Waiting = Waiting.FOR_NOTHING) -> list[str]:
    """Name what has not arrived yet, less what may wait."""
    waits = list(found.away.values())
    for name, said in found.services.items():
        if said["published"] < said["head"] and Waiting.FOR_THE_BROKER not in but:
            waits.append(f"{name}: {said['head'] - said['published']} events not published")
        for each in said["following"]:
            behind = found.head(each["source"]) - each["cursor"]
            if behind > 0:
                waits.append(f"{name}: {behind} events of {each['source']} not taken")
            if each["held"] and Waiting.FOR_A_TRY not in but:
                waits.append(f"{name}: {each['held']} subjects of {each['source']} held")
    return waits


class Checks(ABC):
    """What has been read and counted so far; each count tells what is new since the one before."""

    def __init__(self) -> None:
        """Nothing is counted yet."""
        super().__init__()
        self.logs: dict[str, list[dict[str, Any]]] = {service: [] for service in SERVICES}
        self._before = Found()
        self.writes: list[Write] = []

    @abstractmethod
    def database(self, service: str) -> Database:
        """Give a service's own database."""

    @abstractmethod
    def api(self, *roles: str, patience: float = 0.0) -> Api:
        """Requests with these roles."""

    def count(self, record_property: Callable[[str, object], None], faults: int) -> Found:
        """Count what is new in the history; fail if anything was lost, came twice, from nowhere or out of order."""
        read_on(self.api(patience=10), self.logs)
        inside = {service: {position for (position,) in self._rows(service, _INSIDE)} for service in self.logs}
        whole = check(self.logs, self.writes, inside) + Found(lost=self._not_followed())
        found, self._before = whole - self._before, whole
        record_property("history", {**dataclasses.asdict(found), "faults": faults})
        assert found.whole, str(found)
        return found

    def _not_followed(self) -> int:
        """Count what of intake's cases and teams the followers have otherwise, or not at all."""
        wrong = 0
        for query in (_CASES, _TEAM):
            theirs = self._rows("intake", query)
            wrong += sum(len(theirs ^ self._rows(follower, query)) for follower in ("legal", "support"))
        return wrong

    def _rows(self, service: str, query: Any) -> set[tuple[Any, ...]]:
        with self.database(service).transaction() as session:
            return {tuple(row) for row in session.execute(query)}
