"""Invalid and forged messages in a running service's queues: recorded by hash and reason, or checked with the feed.

Every body contains a mark. The test then searches for it in everything that the services wrote and stored.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import amqp
import kombu.connection
import pytest
from sqlalchemy import text

from deploy.cli.installation import SERVICES
from tests.faults.casework import Desk
from tests.faults.field import Field
from tests.kit.undecodable import undecodable
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]

MARK = "JaneDoeWasHere"
FAR = 10**15


def forged(desk: Desk, epoch: str, **different: Any) -> bytes:
    """Return a document that looks like an event of intake about an existing case."""
    now = "2026-11-25T12:00:00Z"
    found = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "/casepath/intake",
        "type": "org.casepath.intake.team.member_added.v1",
        "subject": str(desk.case),
        "time": now,
        "sequence": f"{FAR:020d}",
        "logepoch": epoch,
        "correlationid": str(uuid4()),
        "dataclassification": "case",
        "data": {"member": str(uuid4()), "role": MARK, "lead": False},
        "comment": MARK,
    }
    return json.dumps({**found, **different}).encode()


def rubbish(desk: Desk, epoch: str) -> Iterator[tuple[str, bytes]]:
    """Yield bodies that cannot be read, each with the reason that must be recorded."""
    yield "no_json", f"{MARK} is no JSON".encode()
    yield "no_json", b"[" * 60_000 + MARK.encode()
    yield "no_json", MARK.encode("utf-16")
    yield "no_cloudevent", json.dumps({"name": MARK}).encode()
    yield "no_cloudevent", json.dumps([MARK]).encode()
    yield "too_large", MARK.encode() * 5_000
    yield "foreign_source", forged(desk, epoch, source=f"/{MARK}/intake")
    yield "foreign_type", forged(desk, epoch, type=f"org.{MARK}.intake.team.member_added.v1")
    legal = {"source": "/casepath/legal", "type": "org.casepath.legal.advice.recorded.v1"}
    yield "foreign_source", forged(desk, epoch, **legal)  # legal's name, on intake's exchange
    yield "bad_attribute", forged(desk, epoch, subject=MARK)
    yield "bad_attribute", forged(desk, epoch, sequence=MARK)
    yield "bad_attribute", forged(desk, epoch, data=[MARK])


def forgeries(desk: Desk, epoch: str) -> Iterator[tuple[str, bytes]]:
    """Yield readable documents, each with its topic, that the feed does not contain."""
    mine = {"member": desk.api.subject, "mark": MARK}
    removal = {"type": "org.casepath.intake.team.member_removed.v1", "data": mine}
    strange = str(uuid4())
    yield "team.member_added.v1", forged(desk, epoch)
    yield "team.member_added.v1", forged(desk, strange, sequence=f"{1:020d}")
    yield "team.member_added.v1", forged(desk, strange)
    yield "team.member_added.v1", forged(desk, epoch, sequence=f"{1:020d}")
    yield "team.member_removed.v1", forged(desk, epoch, **removal)
    yield "team.member_removed.v1", forged(desk, strange, **removal)
    yield "contact.opened.v1", forged(desk, epoch, type="org.casepath.intake.contact.opened.v1", subject=str(uuid4()))
    yield "unheard.of.v1", forged(desk, epoch, type="org.casepath.intake.unheard.of.v1")


@pytest.mark.promise("REL-12")
def test_rubbish_is_noted_by_its_hash_and_leaves_no_word_anywhere(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    desk = Desk(field)
    field.settle()
    before = quarantined(field)
    bodies = list(rubbish(desk, epoch_of(field)))
    publish(field, [("team.member_added.v1", body) for _, body in bodies])
    for message in undecodable(MARK.encode()):
        body = f"{MARK}: {message.name}".encode()
        message.publish(field.broker.amqp_uri, body, "team.member_removed.v1")
        bodies.append(("bad_properties", body))
    member = uuid4()
    desk.add(member)
    wait_until(lambda: desk.sees("legal", member), "what stands behind it in the queue is applied")
    wait_until(lambda: emptied(field, "legal.inbox") and emptied(field, "legal.guard"), "all of them were taken")
    noted = [reason for hash_, reason in quarantined(field).items() if hash_ not in before]
    assert sorted(noted) == sorted(reason for reason, _ in bodies)
    assert found_anywhere(field) == []
    field.check(record_property, faults=len(bodies))


@pytest.mark.promise("REL-13")
def test_a_forgery_that_the_feed_does_not_know_changes_nothing(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    desk = Desk(field)
    field.settle()
    before = stored(field)
    bodies = list(forgeries(desk, epoch_of(field)))
    publish(field, bodies)
    wait_until(lambda: emptied(field, "legal.inbox") and emptied(field, "legal.guard"), "all of them were taken")
    assert stored(field) == before
    member = uuid4()
    desk.add(member)
    wait_until(lambda: desk.sees("legal", member), "the queue flows on")
    desk.remove(member)
    wait_until(lambda: not desk.sees("legal", member), "what protects acts still")
    assert found_anywhere(field) == []
    field.check(record_property, faults=len(bodies))


def epoch_of(field: Field) -> str:
    with field.database("intake").transaction() as session:
        return str(
            session.execute(text("select epoch from event_log_epochs order by number desc limit 1")).scalar_one()
        )


def publish(field: Field, messages: list[tuple[str, bytes]]) -> None:
    with kombu.connection.Connection(field.broker.amqp_uri) as connection:
        channel = connection.channel()
        for topic, body in messages:
            channel.basic_publish(amqp.Message(body), exchange="intake.events", routing_key=topic)


def emptied(field: Field, queue: str) -> bool:
    with kombu.connection.Connection(field.broker.amqp_uri) as connection:
        return connection.channel().queue_declare(queue, passive=True).message_count == 0


def quarantined(field: Field) -> dict[str, str]:
    with field.database("legal").transaction() as session:
        return {row.hash: row.reason for row in session.execute(text("select hash, reason from follow_quarantine"))}


def stored(field: Field) -> dict[str, list[str]]:
    """Return legal's data about cases, and the floors and holds that protect them."""
    tables = ("cases", "case_team", "follow_floors", "follow_holds")
    with field.database("legal").transaction() as session:
        return {each: sorted(session.scalars(text(f"select t::text from {each} t"))) for each in tables}  # noqa: S608


def found_anywhere(field: Field) -> list[str]:
    """Return the places that contain the mark: a service's output, or a row of any table of any service."""
    said = field.folder.joinpath("services.log").read_text(encoding="utf-8")
    found = [f"log: {line}" for line in said.splitlines() if MARK in line]
    tables = text(
        "select table_schema || '.' || table_name from information_schema.tables where table_type = 'BASE TABLE'"
    )
    for service in SERVICES:
        with field.database(service).transaction() as session:
            for table in session.scalars(tables).all():
                if not table.startswith(("pg_catalog.", "information_schema.")):
                    rows = text(f"select count(*) from {table} t where t::text like '%{MARK}%'")  # noqa: S608
                    found += [f"{service}: {table}"] * session.execute(rows).scalar_one()
    return found
