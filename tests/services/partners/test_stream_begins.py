"""An agency's read succeeds while another process starts its stream, at any point of the request."""

from collections.abc import Iterator
from functools import partial
from itertools import count
from uuid import UUID, uuid4

import pytest

from deploy.cli import servers
from services.partners.streams.stream.actions.placing import put
from tests.kit.harness import harness
from tests.kit.statements import before_statement
from tests.kit.told_agencies import NOW, Told, ToldAgency

pytestmark = pytest.mark.integration


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


def begin(told: Told, agency: ToldAgency) -> None:
    """Put the first event into an agency's stream."""
    with told.partners.database.transaction() as session:
        put(session, [UUID(agency.id)], uuid4(), NOW, None)


def test_who_reads_while_the_stream_begins_is_answered(told: Told) -> None:
    found = 0
    for number in count():
        agency = told.agency()
        with before_statement(number, partial(begin, told, agency)) as sent:
            reply = agency.ask("/v1/feed")
        if sent[0] <= number:
            break
        assert reply.status_code == 200, f"it began before statement {number}"
        events, head = reply.get_json(force=True), int(reply.headers["Casepath-Head"])
        assert len(events) <= head
        assert not head or reply.headers["Casepath-Epochs"], "who sees a position sees in which life it is"
        found += len(events)
    assert 0 < found < number, "it began before, between and behind what is read"
