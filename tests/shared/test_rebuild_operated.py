"""Operators' requests about rebuilds, through the pipeline, on a real database, with intake's routes as the example."""

import json
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.intake.service import PARTS
from shared.audit import trail
from shared.events.envelope import new_id
from shared.exchange.follower import reactions
from shared.store.database import Database
from tests.kit.builders import an_event
from tests.kit.client import Client, edge_of

#: Stored replies are kept under a keyed digest, which needs the keys.
pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("own_keys")]


def client(database: Database, role: str) -> Client:
    found = Client(edge_of(database), role)
    found.service.process = SimpleNamespace(parts=PARTS)
    return found


def ask(who: Client, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
    reply = who.ask(method, path, body, query=query)
    return reply.status_code, json.loads(reply.get_data(as_text=True))


def test_a_rebuild_is_taken_up_shown_and_audited(database: Database) -> None:
    operator, case = client(database, "operator"), uuid4()
    status, begun = ask(operator, "POST", "/v1/rebuilds", {"projection": "heard_risks", "subject": str(case)})
    assert (status, begun["joined"]) == (202, False)
    _, again = ask(operator, "POST", "/v1/rebuilds", {"projection": "heard_risks", "subject": str(case)})
    assert again == {"id": begun["id"], "joined": True}
    status, shown = ask(operator, "GET", f"/v1/rebuilds/{begun['id']}")
    assert (status, shown["state"], shown["subject"]) == (200, "waiting", str(case))
    assert shown["asked_by"] == str(operator.subject)
    assert [each["id"] for each in ask(operator, "GET", "/v1/rebuilds")[1]["rebuilds"]] == [begun["id"]]
    with database.transaction() as session:
        noted = list(session.execute(select(trail.audit_log).order_by(trail.audit_log.c.number)))
    assert [row.action for row in noted] == ["rebuilds.begin"] * 2 + ["rebuilds.read"] * 2
    assert [row.subject for row in noted[:2]] == [case] * 2


def test_what_can_not_be_built_again_is_refused_with_what_can(database: Database) -> None:
    operator = client(database, "operator")
    status, said = ask(operator, "POST", "/v1/rebuilds", {"projection": "nobody"})
    assert status == 422
    names = [each.name for each in PARTS.following.projections if each.tables]
    assert {"facts", "heard_advice", "due", "heard_risks"} <= set(names)
    assert ", ".join(names) in said["detail"]
    assert ask(operator, "POST", "/v1/rebuilds", {"subject": "rubbish"})[0] == 422
    assert ask(operator, "GET", f"/v1/rebuilds/{uuid4()}")[0] == 404
    assert ask(client(database, "caseworker"), "POST", "/v1/rebuilds", {})[0] == 403
    assert ask(client(database, "caseworker"), "GET", "/v1/reactions/vanished")[0] == 403


def test_reactions_to_what_vanished_are_listed_page_by_page(database: Database) -> None:
    events = [an_event(id=new_id(), position=position) for position in (1, 2, 3, 4)]
    with database.transaction() as session:
        made = [reactions.begin(session, "intake", "noted", each) for each in events]
        known = reactions.among(session, [each for each in made[3:] if each is not None])
        assert reactions.mark_vanished(session, "intake", after=1, still=known) == 2
        assert session.scalar(reactions.count_of_vanished()) == 2
    operator, found = client(database, "operator"), []
    after: dict[str, str] = {}
    while True:
        _, page = ask(operator, "GET", "/v1/reactions/vanished", limit="1", **after)
        found += page["reactions"]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert {(each["position"], UUID(each["event"]), UUID(each["subject"])) for each in found} == {
        (each.position, each.id, each.subject) for each in events[1:3]
    }
    assert ask(operator, "GET", "/v1/reactions/vanished", after="rubbish")[0] == 400


def test_an_event_that_comes_again_is_not_answered_again_and_is_listed_no_longer(database: Database) -> None:
    event = an_event(position=5)
    with database.transaction() as session:
        assert reactions.begin(session, "intake", "noted", event) is not None
        reactions.mark_vanished(session, "intake", after=0, still=set())
        back = an_event(id=event.id, subject=event.subject, position=9)
        assert reactions.begin(session, "intake", "noted", back) is None
        assert session.scalar(reactions.count_of_vanished()) == 0
