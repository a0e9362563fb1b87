"""An agency hears in its stream that one of its webhooks fell behind, at most once a day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from deploy.cli import servers
from services.partners.channels.delivery.actions.behind import Behind
from services.partners.channels.delivery.models import Webhook
from services.partners.streams.stream.actions.own_events import put_new
from shared.exchange import eventlog
from tests.kit.harness import harness
from tests.kit.told_agencies import Told, ToldAgency

pytestmark = pytest.mark.integration
BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
TYPE = "org.casepath.partners.webhook.fell_behind.v1"


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


def failing(told: Told, agency: ToldAgency, since: datetime | None, *, state: str = "active") -> None:
    """Store a webhook that has failed since then."""
    fixed = {"version": 1, "kind": "v1", "tries": 2, "position": 0, "next_at": BEGAN, "made_at": BEGAN}
    with told.partners.database.transaction() as session:
        session.add(
            Webhook(
                id=UUID(agency.id),
                agency=UUID(agency.id),
                url=b"",
                secret=b"",
                made_by=UUID(int=1),
                state=state,
                failing_since=since,
                types=["*"],
                **fixed,
            )
        )


def heard_at(told: Told, *hours: int) -> list[int]:
    emits = told.partners.parts.following.emits
    return [
        Behind(told.partners.database, emits, lambda after=hour: BEGAN + timedelta(hours=after)).tell_all()  # type: ignore[misc]
        for hour in hours
    ]


def test_a_webhook_that_fails_for_an_hour_is_reported_once_a_day(told: Told) -> None:
    agency = told.agency()
    failing(told, agency, BEGAN)
    assert heard_at(told, 0, 1, 2, 24, 25) == [0, 1, 0, 0, 1]
    with told.partners.database.transaction() as session:
        session.execute(update(Webhook).values(failing_since=None))
    assert heard_at(told, 60) == [0]


def test_a_webhook_that_is_paused_or_disabled_is_not_reported(told: Told) -> None:
    for state in ("paused", "disabled"):
        failing(told, told.agency(), BEGAN, state=state)
    assert heard_at(told, 30) == [0]


def test_only_the_agency_of_the_webhook_hears_of_it(told: Told) -> None:
    first, second = told.agency(), told.agency()
    failing(told, first, BEGAN)
    assert heard_at(told, 1) == [1]
    eventlog.numbered(told.partners.database)
    with told.partners.database.transaction() as session:
        put_new(session)
    assert [event["type"] for event in first.feed()].count(TYPE) == 1
    assert [event["type"] for event in second.feed()].count(TYPE) == 0
