"""Withdrawals race the loop that posts an agency's stream: only a request in progress can be sent after them."""

import json
import os
import random
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update

from deploy.cli import servers
from services.partners.channels.delivery.actions.lane import Lane, Lanes
from services.partners.channels.delivery.models import Webhook
from services.partners.streams.ground.actions import project_grounds
from services.partners.streams.ground.models import Ground
from shared.events.contract import Received
from shared.outbound import OUTBOUND, Posting
from tests.kit.builders import an_event
from tests.kit.harness import Harness, harness
from tests.kit.receivers import receiving
from tests.kit.told_agencies import Told, ToldAgency
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.integration, pytest.mark.slow]
#: 1,000 with `make races`; each takes some hundredths of a second.
TRIES = int(os.environ.get("CASEPATH_RACES", "100"))
POSITIONS = 200
CLOSED = {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []}
AGAIN = text("""
    with more as (
        insert into told_events (id, source, name, version, case_id, classification, correlation, data)
        select gen_random_uuid(), source, name, version, case_id, classification, correlation, data
        from told_events, generate_series(1, :count) where name = 'case.closed' returning id
    ), placed as (
        insert into stream_positions (agency, sequence, event, told_at, told_on)
        select agency, head + row_number() over (), more.id, now(), date '2026-03-02' from more, streams
    )
    update streams set head = head + :count
""")


class Watched(Posting):
    """Record the time at which the sending of each event with personal data begins."""

    def __init__(self, partners: Harness) -> None:
        outbound = partners.database.provided(OUTBOUND)
        super().__init__(outbound.guard, outbound.certificates)
        self.out: list[float] = []

    def send(self, body: bytes, headers: Mapping[str, str]) -> None:
        if json.loads(body)["type"].startswith("org.casepath.intake.case."):
            self.out.append(time.monotonic())
        super().send(body, headers)


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


def agree(told: Told, case: UUID, shelter: ToldAgency, consent: UUID, webhook: UUID) -> None:
    """Record the person's consent, and restart the endpoint from the beginning."""
    covering = {"purposes": ["referral_for_support"], "data_categories": ["account"]}
    days = {"since": date(2026, 3, 2), "until": date(2026, 9, 1)}
    with told.partners.database.transaction() as session:
        session.add(Ground(id=consent, case_id=case, agency=UUID(shelter.id), kind="consent", **covering, **days))
        session.execute(update(Webhook).where(Webhook.id == webhook).values(position=0))


def withdraw(told: Told, case: UUID, consent: UUID) -> float:
    """Record the person's withdrawal; return the time of its commit."""
    event = an_event(name="consent.withdrawn", version=2, subject=case, data={"consent": str(consent)})
    with told.partners.database.transaction() as session:
        project_grounds(session, [Received(event, {"consent": consent})])
    return time.monotonic()


@pytest.mark.promise("REL-23")
def test_no_second_event_of_the_person_leaves_after_a_withdrawals_commit(told: Told) -> None:
    shelter, case, chance = told.agency(), told.case(), random.Random(46)
    first = told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    with told.partners.database.transaction() as session:
        session.execute(AGAIN, {"count": POSITIONS})
    withdraw(told, case, first)
    late, sent = list[int](), 0
    with receiving() as receiver:
        path = f"/v1/agencies/{shelter.id}/webhooks"
        webhook = UUID(str(told.operator.told("POST", path, {"url": receiver.url, "after": 0}, 201)["id"]))
        lanes = Lanes(told.partners.database, lambda: datetime.now(UTC) + timedelta(minutes=1))
        watched = Watched(told.partners)
        lane = threading.Thread(target=run, args=(lanes, Lane(lanes, UUID(shelter.id), webhook, watched)))
        lane.start()
        try:
            for _ in range(TRIES):
                consent, least = uuid4(), chance.randint(0, 3)
                agree(told, case, shelter, consent, webhook)
                # Each attempt meets the loop at another point: before its first event, or after some of them.
                wait_until(lambda least=least: len(watched.out) >= least, f"{least} events have left")  # type: ignore[misc]
                lanes.is_over.wait(chance.random() * 0.012)
                committed = withdraw(told, case, consent)
                lanes.is_over.wait(0.002)
                late.append(sum(at > committed for at in watched.out))
                sent += len(watched.out)
                watched.out.clear()
        finally:
            lanes.is_over.set()
            lane.join(timeout=15)
            watched.close()
    assert sent > TRIES, "the races were races"
    # The loop checks access before each event. A request checked a moment before the commit can be in progress after
    # it.
    assert max(late) <= 1


def run(lanes: Lanes, lane: Lane) -> None:
    while not lanes.is_over.is_set():
        lane.run()
