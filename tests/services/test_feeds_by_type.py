"""A feed gives each service the data of the event types that it declares, and of no other type."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from werkzeug.wrappers import Response

from deploy.cli import servers
from services.registry import parts_of
from shared.access import tokens
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.events import published
from shared.events.envelope import Announcement
from shared.exchange import cursor, eventlog
from shared.exchange.digests import agree, digest_of
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.feed import WITHHELD
from shared.exchange.follower import Follower
from shared.exchange.follower.apply import Application
from shared.exchange.relay import Relay
from shared.store.database import Database
from tests.kit import databases
from tests.kit.client import Client, edge_of, verifier
from tests.kit.harness import Harness, harness
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.sealing import SEALER
from tests.kit.sealing import verifier as proofs
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration

MEMBER = uuid4()
OPENED = {
    "jurisdiction": "NL",
    "source": "self",
    "channel": "phone",
    "language": "bg",
    "anonymous": False,
    "age": "adult",
    "opened_on": date(2026, 3, 2),
    "urgent_needs": [],
}
JOINED = Announcement("team.member_added", {"member": MEMBER, "role": "caseworker", "lead": True})
FLAGGED = Announcement("danger.flagged", {"alert": uuid4(), "danger_type": "not_safe", "urgency": "immediate"})
#: Only support reads this type of intake's events.
OF_SUPPORT = "intake.danger.flagged"
#: No service reads this event.
REFUSED = Announcement(
    "consent.refused",
    {"refusal": uuid4(), "agency": uuid4(), "purposes": ["referral_for_support"], "refused_on": date(2026, 3, 2)},
)


def tell(database: Database, case: UUID, *told: Announcement) -> None:
    with database.transaction(ORIGIN.holding(Origin(parts_of("intake")[0].following.emits))) as session:
        eventlog.begin_epoch_if_restored(session)
        eventlog.record(session, case, told)


@pytest.fixture
def intake(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("intake", postgres) as found:
        tell(found.database, found.case, JOINED, FLAGGED, REFUSED)
        yield found


def asked_by(intake: Harness, service: str, path: str) -> Response:
    """Request the feed from intake as a service, with its own key."""
    key = tokens.new_key(tokens.service_issuer(service))
    door = edge_of(intake.database, intake.parts, clock=intake.clock, verifying=verifier(key))
    client = Client(door, "service", key=key, subject=service, service=intake.service_class)
    client.service.process = SimpleNamespace(database=intake.database, service="intake", parts=intake.parts)
    reply = client.ask("GET", path)
    assert reply.status_code == 200
    return reply


def body(reply: Response) -> Any:
    return json.loads(reply.get_data(as_text=True))


@pytest.mark.promise("SEC-125")
@pytest.mark.hazard("H-CONFIDENTIALITY-24", control="feed-by-declared-types")
@pytest.mark.parametrize("service", ["legal", "support", "partners"])
def test_a_service_reads_the_data_of_its_types_only_and_every_position(intake: Harness, service: str) -> None:
    reply = asked_by(intake, service, "/v1/events")
    events = body(reply)
    assert [int(each["sequence"]) for each in events] == [1, 2, 3]
    reads = published.readers()[service]
    read = {f"intake.{each['type'].split('.', 3)[3].removesuffix('.v1')}" for each in events if each["data"]}
    assert read == {"intake.team.member_added", *({OF_SUPPORT} & reads)}
    kept = {"intake.consent.refused", *({OF_SUPPORT} - reads)}
    assert set(reply.headers[WITHHELD].split(", ")) == kept
    assert str(FLAGGED.data["alert"]) not in reply.get_data(as_text=True) or OF_SUPPORT in reads
    assert str(REFUSED.data["agency"]) not in reply.get_data(as_text=True)


@pytest.mark.promise("SEC-125")
@pytest.mark.hazard("H-CONFIDENTIALITY-24", control="feed-by-declared-types")
def test_a_service_that_declares_nothing_reads_no_data(intake: Harness) -> None:
    assert [bool(each["data"]) for each in body(asked_by(intake, "elsewhere", "/v1/events"))] == [False, False, False]


def test_operators_read_the_log_as_it_is(intake: Harness) -> None:
    operator = intake.staff("operator")
    operator.service.process = SimpleNamespace(database=intake.database, service="intake", parts=intake.parts)
    reply = operator.ask("GET", "/v1/events")
    assert all(each["data"] for each in body(reply))
    assert WITHHELD not in reply.headers


@pytest.mark.promise("SEC-125")
def test_a_digest_says_nothing_of_withheld_data_and_agrees_with_the_whole_event(intake: Harness) -> None:
    served = [bytes.fromhex(each) for each in body(asked_by(intake, "partners", "/v1/exchange/digests"))["digests"]]
    with intake.database.transaction() as session:
        whole = [digest_of(event) for event in eventlog.read(session, "intake", after=0, limit=9)]
    assert served[0] == whole[0]
    for ours, logged in zip(whole[1:], served[1:], strict=True):
        assert ours != logged
        assert agree(ours, logged)


@pytest.mark.promise("SEC-125")
@pytest.mark.parametrize("arrives", ["by the broker", "by the feed"])
def test_a_follower_passes_what_is_withheld_and_finds_no_forgery(
    arrives: str, database: Database, fresh_database: str, postgres: servers.PostgresServer, vhost: str
) -> None:
    parts, case = parts_of("legal")[0], uuid4()
    tell(database, case)
    with databases.opened(postgres, "legal") as (target, _url), ExitStack() as stack:
        target.provide(TIME_SOURCE, TimeSource(movable=True))
        feed, application = LogFeed(database, reader="legal"), Application(target, parts.following)
        follower = Follower(target, parts.following, application, feed, vhost, proofs())
        stack.enter_context(running(follower))
        wait_until(lambda: follower.connected, "it listens")
        if arrives == "by the broker":
            relay = Relay(database, service="intake", database_url=fresh_database, amqp_uri=vhost, sealer=SEALER)
            stack.enter_context(running(relay))
        tell(database, case, Announcement("contact.opened", OPENED), FLAGGED, REFUSED, JOINED)

        def is_compared() -> bool:
            with target.transaction() as session:
                return cursor.read_state(session, "intake").position == cursor.verified(session, "intake") == 4

        wait_until(is_compared, "all was applied, and compared with the feed", 30)
        with target.transaction() as session:
            assert session.scalar(text("select member from case_team")) == MEMBER
            assert session.scalar(text("select count(*) from follow_forgeries")) == 0
