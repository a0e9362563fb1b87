"""A person refuses an interpreter by name: the name is encrypted, and no event contains it."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import opened, rule_of

pytestmark = pytest.mark.integration

NAME = "Fictitious Interpreter"


@pytest.mark.hazard("H-DANGER-15", control="interpreter-by-name")
def test_an_interpreter_is_refused_by_name_and_no_event_has_the_name(worker: Client, database: Database) -> None:
    case = opened(worker)
    body = {"kind": "interpreter", "note": NAME}
    told(worker.ask("POST", f"/v1/cases/{case}/exclusions", body), 201)
    [shown] = told(worker.ask("GET", f"/v1/cases/{case}"))["exclusions"]
    assert (shown["kind"], shown["member"], shown["note"]) == ("interpreter", None, NAME)
    with database.transaction() as session:
        events = session.execute(text("select event_log::text from event_log")).scalars().all()
        notes = session.execute(text("select exclusion_notes::text from exclusion_notes")).scalars().all()
    assert any("exclusion.recorded" in event for event in events)
    assert len(notes) == 1
    assert NAME not in "".join([*events, *notes])


def test_an_interpreter_is_named_in_one_way(worker: Client) -> None:
    case = opened(worker)
    for body in ({}, {"member": str(uuid4()), "note": NAME}):
        refused = told(worker.ask("POST", f"/v1/cases/{case}/exclusions", {"kind": "interpreter", **body}), 422)
        assert rule_of(refused) in ("exclusion_names_somebody", "exclusion_names_one")
    told(worker.ask("POST", f"/v1/cases/{case}/exclusions", {"kind": "worker", "note": NAME}), 422)
