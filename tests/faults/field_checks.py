"""Checks a field's history: the logs, the responses, and the followers' data."""

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
    """The events that may still wait while a fault persists."""

    FOR_NOTHING = 0
    FOR_THE_BROKER = enum.auto()
    FOR_A_TRY = enum.auto()


def what_waits(found: Exchange, but: Waiting = Waiting.FOR_NOTHING) -> list[str]:
    """Return descriptions of everything that has not arrived yet, except what may wait."""
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
    """The logs and counters so far; each count returns the difference from the previous one."""

    def __init__(self) -> None:
        """Initialise all counters with zero."""
        super().__init__()
        self.logs: dict[str, list[dict[str, Any]]] = {service: [] for service in SERVICES}
        self._before = Found()
        self.writes: list[Write] = []

    @abstractmethod
    def database(self, service: str) -> Database:
        """Return a service's database."""

    @abstractmethod
    def api(self, *roles: str, patience: float = 0.0) -> Api:
        """Return a client with these roles."""

    def count(self, record_property: Callable[[str, object], None], faults: int) -> Found:
        """Count the new part of the history; fail if an event was lost, duplicated, unexplained or out of order."""
        read_on(self.api(patience=10), self.logs)
        inside = {service: {position for (position,) in self._rows(service, _INSIDE)} for service in self.logs}
        whole = check(self.logs, self.writes, inside) + Found(lost=self._not_followed())
        found, self._before = whole - self._before, whole
        record_property("history", {**dataclasses.asdict(found), "faults": faults})
        assert found.whole, str(found)
        return found

    def _not_followed(self) -> int:
        """Count intake's cases and teams that differ at the followers, or are missing there."""
        wrong = 0
        for query in (_CASES, _TEAM):
            theirs = self._rows("intake", query)
            wrong += sum(len(theirs ^ self._rows(follower, query)) for follower in ("legal", "support"))
        return wrong

    def _rows(self, service: str, query: Any) -> set[tuple[Any, ...]]:
        with self.database(service).transaction() as session:
            return {tuple(row) for row in session.execute(query)}
