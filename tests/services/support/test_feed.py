"""Staff read the log in the current form. Only services can read details that an earlier release published."""

import json
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest

from deploy.cli import servers
from shared.events.envelope import Announcement
from shared.exchange import eventlog
from shared.exchange.eventlog import ORIGIN, Origin
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.statements import listing, statements

pytestmark = pytest.mark.integration

NAMED = {
    "assessment": uuid4(),
    "assessment_type": "initial",
    "overall_risk": "urgent",
    "domains_at_or_above_3": ["self_harm_suicide"],
    "assessed_on": date(2026, 3, 2),
    "reassess_on": date(2026, 3, 3),
}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        yield found


def read_by(support: Harness, client: Client) -> list[str]:
    parts, database = support.parts, support.database
    client.service.process = SimpleNamespace(database=database, service="support", parts=parts)
    reply = client.ask("GET", "/v1/events")
    assert reply.status_code == 200
    return [
        f"{each['type'].removeprefix('org.casepath.support.')}" for each in json.loads(reply.get_data(as_text=True))
    ]


def test_the_positions_are_read_in_three_statements_once_one_has_let_in_who_asks(support: Harness) -> None:
    with support.database.transaction(ORIGIN.holding(Origin(support.parts.following.emits))) as session:
        begun = eventlog.begin_epoch_if_restored(session)
        eventlog.record(session, support.case, [Announcement("assessment.completed", NAMED)])
    operator = support.staff("operator")
    settings = SimpleNamespace(environment="training")
    operator.service.process = SimpleNamespace(
        database=support.database, service="support", parts=support.parts, settings=settings
    )
    numbering = operator.told("GET", "/v1/exchange")
    assert (numbering["head"], numbering["published"], numbering["epoch"]) == (1, 0, str(begun.epoch))
    with statements() as sent:
        shown = operator.told("GET", "/v1/exchange")
    assert (shown["head"], shown["probing"], shown["forged"]) == (1, [], [])
    assert {each["cursor"] for each in shown["following"]} == {0}
    noted = [statement for statement in sent if not statement.reads]
    assert (len(sent) - len(noted), len(noted)) == (4, 1), listing(sent)


def test_staff_read_no_event_that_names_domains_and_services_read_all_of_them(support: Harness) -> None:
    with support.database.transaction(ORIGIN.holding(Origin(support.parts.following.emits))) as session:
        eventlog.begin_epoch_if_restored(session)
        eventlog.record(session, support.case, [Announcement("assessment.completed", NAMED)])
    domains = {"immediate_safety": {"need": 1, "risk": 1}}
    support.member("support_worker").told("POST", "assessments", {"type": "initial", "domains": domains}, 201)
    assert read_by(support, support.staff("operator")) == ["assessment.completed.v2"]
    with support.database.transaction() as session:
        logged = eventlog.read(session, "support", after=0, limit=10)
    assert [(event.name, event.version) for event in logged] == [
        ("assessment.completed", 1),
        ("assessment.completed", 2),
    ]
