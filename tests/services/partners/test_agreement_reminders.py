"""An agency is reminded in its stream 30 and 7 days before an agreement ends, once each."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from deploy.cli import servers
from services.partners.agencies.agreement.actions import Reminders
from services.partners.streams.stream.actions.own_events import put_new
from shared.exchange import eventlog
from tests.kit.harness import harness
from tests.kit.told_agencies import Told

pytestmark = pytest.mark.integration
TYPE = "agreement.end_approached"


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


def reminders_on(told: Told, *days: datetime) -> list[int]:
    """Return how many reminders were published on each day, in two passes each."""
    loop = Reminders(told.partners.database, told.partners.parts.following.emits)
    published = []
    for day in days:
        told.partners.move_clock(day)
        published.append(loop.remind_all() + loop.remind_all())
    return published


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def test_an_agency_is_reminded_thirty_and_seven_days_before_the_end(told: Told) -> None:
    told.agency()
    days = (at(2027, 1, 29), at(2027, 1, 30), at(2027, 2, 20), at(2027, 2, 22), at(2027, 3, 1), at(2027, 3, 2))
    assert reminders_on(told, *days) == [0, 1, 0, 1, 0, 0]


def test_after_a_pause_only_the_latest_reminder_is_published(told: Told) -> None:
    told.agency()
    assert reminders_on(told, at(2027, 2, 27), at(2027, 2, 28)) == [1, 0]


def test_an_agreement_that_another_one_follows_has_no_reminder(told: Told) -> None:
    agency = told.agency()
    told.agree(agency.id, first_day="2027-03-02", last_day="2028-03-01")
    assert reminders_on(told, at(2027, 2, 28)) == [0]


def test_the_reminder_is_in_the_stream_of_its_agency_only(told: Told) -> None:
    first = told.agency()
    second = told.agency(agreed={"last_day": "2028-03-01"})
    assert reminders_on(told, at(2027, 2, 28)) == [1]
    eventlog.numbered(told.partners.database)
    with told.partners.database.transaction() as session:
        put_new(session)
    [own] = [event for event in first.feed() if event["type"] == f"org.casepath.partners.{TYPE}.v1"]
    [agreement] = first.ask("/v1/agency/agreements").get_json()["agreements"]
    assert own["data"]["last_day"] == agreement["last_day"]
    assert [event for event in second.feed() if TYPE in event["type"]] == []
