"""An erasure under a legal hold at legal: events that precede it still count, in any batches."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from deploy.cli import servers
from shared.events.envelope import Event
from shared.exchange import tombstones
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower.apply import Application
from tests.kit.builders import an_event
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration
OPENED = {
    "jurisdiction": "NL",
    "source": "self",
    "channel": "phone",
    "language": "bg",
    "anonymous": False,
    "age": "adult",
    "opened_on": "2026-03-02",
    "urgent_needs": [],
}


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as service:
        yield service


def take(legal: Harness, *batch: Event, is_ahead: bool = False) -> None:
    """Apply the next events in one batch; or those that protect the person ahead of their turn."""
    application = Application(legal.database, legal.parts.following)
    with legal.database.transaction(ORIGIN.holding(Origin(legal.parts.following.emits))) as session:
        if not is_ahead:
            application.take_in(session, "intake", batch)
        for event in batch if is_ahead else ():
            application.apply_ahead(session, event)


@pytest.mark.promise("RIGHT-5")
@pytest.mark.hazard("H-CONFIDENTIALITY-11", control="hold-has-a-scope")
@pytest.mark.parametrize("is_ahead", [False, True])
@pytest.mark.parametrize(("holders", "seen"), [(["support"], (200, 403)), (["legal", "support"], (404, 404))])
def test_a_legal_hold_keeps_earlier_events_and_restricts_the_case_for_others(
    legal: Harness, is_ahead: bool, holders: list[str], seen: tuple[int, int]
) -> None:
    case, request = uuid4(), str(uuid4())
    adviser, worker = (legal.staff(role) for role in ("legal_adviser", "caseworker"))
    joined = [
        ("team.member_added", {"member": str(member.subject), "role": role, "lead": False})
        for member, role in ((adviser, "legal_adviser"), (worker, "caseworker"))
    ]
    held = {"request": request, "reason": "person_asked", "holders": holders}
    told = [
        ("contact.opened", OPENED),
        *joined,
        ("case.restricted", {"request": request}),
        ("erasure.held", {**held, "bases": ["civil_proceedings"], "until": "2027-03-02"}),
    ]
    batch = [an_event(subject=case, name=name, data=data, position=at) for at, (name, data) in enumerate(told, 1)]
    if is_ahead:
        take(legal, batch[-1], is_ahead=True)
        for event in batch:
            take(legal, event)
    else:
        take(legal, *batch)
    assert tuple(who.ask("GET", f"/v1/cases/{case}").status_code for who in (adviser, worker)) == seen
    with legal.database.transaction() as session:
        assert (case in tombstones.among(session, {case})) == ("legal" in holders)
