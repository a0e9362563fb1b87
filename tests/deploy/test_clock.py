import datetime as dt
from typing import Any

import click
import pytest

from deploy.cli import clock
from deploy.cli.api import Api
from deploy.cli.durations import EARLIEST, LATEST, Duration, Instant, later, seconds_of
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES
from shared.deadlines.time_source import FIRST_INSTANT, LAST_INSTANT

BEGIN = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


class Clocks:
    """Three services with timers. Records what fires, in which order, and the service's time then."""

    def __init__(self, due: dict[str, list[dt.datetime]]) -> None:
        self.now = dict.fromkeys(SERVICES, BEGIN)
        self.due = {name: sorted(due.get(name, [])) for name in self.now}
        self.fired: list[tuple[str, dt.datetime]] = []

    def answer(self, service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path == "/v1/exchange":
            return 200, {"head": 0, "published": 0, "following": [], "quarantined": 0, "skipped": 0}
        if method == "PUT":
            self.now[service] = dt.datetime.fromisoformat(body["now"])
        fired = 0
        while method == "POST" and self.due[service] and self.due[service][0] <= self.now[service]:
            self.fired.append((service, self.due[service].pop(0)))
            assert set(self.now.values()) == {self.fired[-1][1]}, "fired while another service's clock stood elsewhere"
            fired += 1
        next_due = self.due[service][0].isoformat() if self.due[service] else None
        now = self.now[service].isoformat()
        return 200, {"now": now, "moved": True, "allowed": True, "next_due": next_due, "fired": fired}


def test_what_is_due_on_the_way_happens_in_order_and_each_at_its_own_time(services: Any) -> None:
    day = dt.timedelta(days=1)
    clocks = Clocks({"intake": [BEGIN + 3 * day, BEGIN + 40 * day], "legal": [BEGIN + 2 * day, BEGIN + 3 * day]})
    services.answer = clocks.answer
    clock._advance(Api(services.targets, roles=["operator"]), BEGIN + 31 * day)
    assert clocks.fired == [("legal", BEGIN + 2 * day), ("intake", BEGIN + 3 * day), ("legal", BEGIN + 3 * day)]
    assert set(clocks.now.values()) == {BEGIN + 31 * day}


@pytest.mark.parametrize(
    ("text", "days"), [("31d", 31), ("2w", 14), ("1mo", 28), ("1mo2d", 30), ("1y", 365), ("48h", 2), ("2880m", 2)]
)
def test_durations_read_as_a_person_writes_them(text: str, days: int) -> None:
    begin = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    assert begin + Duration().convert(text, None, None) - begin == dt.timedelta(days=days)


@pytest.mark.parametrize("text", ["", "31", "d", "31 d", "-1d", "1d!", "1.5d"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Duration().convert(text, None, None)


def test_an_instant_without_a_zone_is_utc() -> None:
    assert Instant().convert("2026-12-24", None, None) == dt.datetime(2026, 12, 24, tzinfo=dt.UTC)
    assert seconds_of(Duration().convert("90m", None, None)) == 5400
    with pytest.raises(click.BadParameter):
        Instant().convert("2026-02-30", None, None)


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01T00:00+14:00", "1899-12-31T23:59", "2199-12-31T00:00:01Z"])
def test_an_instant_too_far_away_is_refused_with_its_bounds(text: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        Instant().convert(text, None, None)
    assert "1900-01-01" in refused.value.why
    assert "2199-12-31" in refused.value.why
    assert refused.value.exit_code == 2


def test_the_bounds_themselves_can_be_set() -> None:
    assert Instant().convert("1900-01-01", None, None) == EARLIEST
    assert Instant().convert("2199-12-31", None, None) == LATEST
    assert (EARLIEST, LATEST) == (FIRST_INSTANT, LAST_INSTANT), "the services would refuse what the command lets pass"


@pytest.mark.parametrize("text", ["99999y", "999999999d", "999999999mo", "200y", "9" * 5000 + "s"])
def test_a_duration_that_reaches_too_far_is_refused(text: str) -> None:
    with pytest.raises(CommandRefused, match="2199-12-31"):
        later(BEGIN, Duration().convert(text, None, None))


def test_a_clock_that_already_stands_too_late_goes_no_further_and_names_the_way_back() -> None:
    with pytest.raises(CommandRefused) as refused:
        later(dt.datetime(9999, 12, 31, tzinfo=dt.UTC), Duration().convert("1d", None, None))
    assert "./casepath clock reset" in refused.value.next_step
