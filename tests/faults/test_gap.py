"""A source with a gap in its log is unavailable: events of other sources are still applied, and the gap heals later."""

from collections.abc import Callable
from uuid import UUID

import kombu.connection
import pytest
from sqlalchemy import text

from tests.faults.casework import ADVICE, Desk
from tests.faults.field import Field
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]

ASSESSMENT = {"type": "initial", "domains": {"accommodation": {"need": 2, "risk": 3}}}


@pytest.mark.promise("REL-16")
def test_a_gap_of_a_source_that_is_away_stops_no_other_source(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    desk = Desk(field)
    me = UUID(desk.api.subject)
    wait_until(lambda: desk.sees("legal", me) and desk.sees("support", me), "legal and support have the case")
    field.settle()
    field.stop("intake")
    desk.api.post("legal", f"{desk.path}/advice", ADVICE)
    wait_until(lambda: published(field, "legal"), "legal's event is in the broker")
    with kombu.connection.Connection(field.broker.amqp_uri) as connection:
        connection.channel().queue_purge("intake.inbox")
    desk.api.post("legal", f"{desk.path}/advice", ADVICE)
    wait_until(lambda: published(field, "legal"), "the next one too, behind the gap")
    field.kill("legal")
    desk.api.post("support", f"{desk.path}/assessments", ASSESSMENT)
    field.start("intake")
    wait_until(lambda: heard(desk, "heard_risks") == 1, "what support tells arrives")
    wait_until(lambda: inbox_is_empty(field), "what stands behind the gap has been looked at")
    assert heard(desk, "heard_advice") == 0
    field.start("legal")
    wait_until(lambda: heard(desk, "heard_advice") == 2, "the gap heals once its source is back")
    field.check(record_property, faults=3)


def published(field: Field, service: str) -> bool:
    query = text("select (select position from event_log_head) = (select position from event_log_published)")
    unnumbered = text("select count(*) from event_log where position is null")
    with field.database(service).transaction() as session:
        return bool(session.execute(unnumbered).scalar_one() == 0 and session.execute(query).scalar_one())


def heard(desk: Desk, table: str) -> int:
    query = text(f"select count(*) from {table} where case_id = :case")  # noqa: S608 - of a test's own
    with desk.field.database("intake").transaction() as session:
        return int(session.execute(query, {"case": desk.case}).scalar_one())


def inbox_is_empty(field: Field) -> bool:
    with kombu.connection.Connection(field.broker.amqp_uri) as connection:
        return connection.channel().queue_declare("intake.inbox", passive=True).message_count == 0
