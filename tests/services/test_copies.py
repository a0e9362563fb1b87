"""At every service, a copy requires full access to the case and a release, and contains only what was released."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from deploy.cli import servers
from shared.access.permissions import Relation, permits
from shared.access.tokens import STAFF, Principal
from shared.events.contract import Received
from shared.events.envelope import Event
from shared.privacy import disclosure_permits
from tests.kit.builders import an_event
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

FOLLOWERS = {"legal": "legal_adviser", "support": "counsellor"}
NOTE = {"kind": "strategy", "text": "Nobody else may read this, fictitious."}


@pytest.fixture(params=FOLLOWERS)
def door(request: pytest.FixtureRequest, postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness(str(request.param), postgres) as found:
        yield found


def hear(door: Harness, name: str, **data: Any) -> None:
    """Store a disclosure permit at a service, as its projection does."""
    event: Event = an_event(name=name, subject=door.case, data=data)
    received = Received(event, data)
    with door.database.transaction() as session:
        disclosure_permits.project(session, [received])


def release(door: Harness, **different: Any) -> Any:
    told: dict[str, Any] = {
        "release": uuid4(),
        "covers": ["copy", "access_report"],
        "third_parties": True,
        "privileged": True,
        "until": datetime.now(UTC) + timedelta(days=1),
        **different,
    }
    hear(door, "copy.released", **told)
    return told["release"]


@pytest.mark.promise("SEC-115")
@pytest.mark.parametrize("path", ["copy", "access-report"])
@pytest.mark.hazard("H-CONFIDENTIALITY-6", control="copy-waits-for-a-private-check")
def test_nothing_is_handed_over_before_it_is_released_nor_after(door: Harness, path: str) -> None:
    worker = door.member(FOLLOWERS[door.name])
    assert worker.ask("GET", path).status_code == 409
    which = release(door)
    assert worker.ask("GET", path).status_code == 200
    hear(door, "copy.recalled", release=which)
    assert worker.ask("GET", path).status_code == 409
    release(door, until=datetime.now(UTC) - timedelta(seconds=1))
    assert worker.ask("GET", path).status_code == 409


def test_a_demand_that_was_decided_opens_its_classes_alone(door: Harness) -> None:
    worker, which = door.member(FOLLOWERS[door.name]), uuid4()
    part = {"legal": ("compensation", "matters"), "support": ("service", "services")}[door.name]
    until = datetime.now(UTC) + timedelta(days=1)
    hear(door, "disclosure.decided", disclosure=which, given=[part[0]], until=until)
    path = f"/v1/cases/{door.case}/copy"
    assert worker.ask("GET", path).status_code == 409
    given = worker.told("GET", f"{path}?disclosure={which}")
    assert given.keys() == {"id", part[1], "left_out"}


def test_whoever_gives_a_copy_sees_all_of_it(door: Harness) -> None:
    visibility, needs = door.parts.cases.visibility, door.parts.access["copy.give"]
    relations = {"TEAM": Relation.TEAM, "SUPERVISION": Relation.SUPERVISOR}
    for role, need in needs.items():
        who = Principal(str(uuid4()), frozenset((role,)), STAFF)
        assert permits(door.parts.access, "copy.give", who, relations[need.name])
        assert visibility.withheld(who, relations[need.name]) == []


def test_legal_notes_stay_out_unless_a_legal_adviser_reviewed_them(postgres: servers.PostgresServer) -> None:
    with harness("legal", postgres) as door:
        adviser = door.member("legal_adviser")
        adviser.told("POST", "notes", NOTE, 201)
        release(door, privileged=False)
        assert adviser.told("GET", "copy")["left_out"] == ["notes"]
        release(door)
        assert adviser.told("GET", "copy")["notes"][0]["text"] == NOTE["text"]
