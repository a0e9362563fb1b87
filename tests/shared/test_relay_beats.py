"""A leading relay measures its log every second, and every five seconds once no event has come for a while."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest

from shared.exchange import relay as relaying
from shared.exchange.relay import BEAT_SECONDS, QUIET_AFTER_SECONDS, QUIET_BEAT_SECONDS, Relay
from tests.kit.sealing import SEALER

START = 100.0


class Quiet:
    """A fake database, lease connection and broker of an idle log. It records when the log is measured."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
        self.now, self._until = START, START + seconds
        self.measured: list[float] = []
        self.statements: Counter[str] = Counter()
        monkeypatch.setattr(relaying.time, "monotonic", lambda: self.now)

    # The database.
    def after_recording(self, wake: Any) -> None: ...

    def ask(self, _statement: str) -> Mapping[str, Any]:
        self.measured.append(self.now - START)
        return {"head": 0, "published": 0, "waiting": 0, "oldest": None}

    # The lease, and its connection: no row is waiting, no writer is active.
    def renew(self) -> None: ...

    @contextmanager
    def guarded(self) -> Iterator["Quiet"]:
        yield self

    def execute(self, statement: str, _named: object = None) -> "Quiet":
        self.statements[statement.split(maxsplit=1)[0]] += 1
        return self

    def fetchone(self) -> tuple[int, int]:
        return 0, 1

    def fetchall(self) -> list[Any]:
        return []

    # The broker.
    def drain(self, _seconds: float) -> None: ...

    # Only the end of the test wakes the relay.
    def wait(self, seconds: float) -> bool:
        self.now += seconds
        return self.now >= self._until


def test_it_measures_every_second_and_then_every_five(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet: Any = Quiet(monkeypatch, seconds=60)
    relay = Relay(quiet, service="intake", database_url="", amqp_uri="", sealer=SEALER)
    relay._measured, relay._wake = START, quiet
    relay._wait_for_more(quiet, quiet)
    first = [at for at in quiet.measured if at <= QUIET_AFTER_SECONDS]
    later = [at for at in quiet.measured if at > QUIET_AFTER_SECONDS]
    assert first, "once a second until it is quiet"
    gaps = [after - before for before, after in pairwise(later)]
    assert len(gaps) > 5
    assert all(QUIET_BEAT_SECONDS <= gap < QUIET_BEAT_SECONDS + BEAT_SECONDS for gap in gaps)
    assert quiet.statements["update"] == len(quiet.measured), "the log's mark is looked at as often"
    assert quiet.statements["select"] > 4 * 50, "others' events are looked for as often as ever"


def test_what_was_just_published_is_measured_within_a_second_of_the_last_time(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet: Any = Quiet(monkeypatch, seconds=1.5)
    relay = Relay(quiet, service="intake", database_url="", amqp_uri="", sealer=SEALER)
    relay._measured, relay._wake = START, quiet
    relay._wait_for_more(quiet, quiet)
    assert len(quiet.measured) == 1
    assert quiet.measured[0] == pytest.approx(BEAT_SECONDS, abs=0.15)
