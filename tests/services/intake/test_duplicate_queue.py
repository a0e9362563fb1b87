"""The queue of possible duplicates: for those who may merge, among the cases that they may find."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.intake.access.merging.rules import candidates
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done
from tests.kit.intake.names import GIVEN, named

FAMILY = {"kind": "family", "name": "Vrânceanu"}


def queue(client: Client) -> list[dict[str, Any]]:
    return list(told(client.ask("GET", "/v1/duplicates"))["duplicates"])


def pairs(client: Client) -> list[set[str]]:
    return [{each["case"], each["other"]} for each in queue(client)]


@pytest.mark.hazard("H-JOINED-5", control="duplicates-have-a-queue")
def test_each_pair_with_a_common_key_is_a_candidate_once() -> None:
    one, two, three = sorted(uuid4() for _ in range(3))
    assert candidates({one: ["a", "b"], two: ["b", "a", "a"], three: ["c"]}) == [(one, two)]
    assert candidates({}) == []


@pytest.mark.hazard("H-JOINED-5", control="duplicates-have-a-queue")
@pytest.mark.integration
def test_the_queue_has_each_pair_with_its_age_and_state(worker: Client, door: RequestPipeline) -> None:
    one = named(worker, GIVEN, FAMILY, birth="1999-07")
    two = named(worker, GIVEN, FAMILY, birth="2000")
    named(worker, GIVEN, {"kind": "family", "name": "Dumitrașcu"}, birth="1999")
    [found] = queue(worker)
    assert {found["case"], found["other"]} == {one, two}
    assert (found["matched"], found["state"], found["declined_on"]) == (["name", "birth_year"], "proposed", None)
    assert found["days"] == 0
    done(worker, one, f"duplicates/{two}/decline")
    [declined] = queue(worker)
    assert (declined["state"], declined["declined_on"] is None, declined["days"]) == ("declined", False, 0)
    assert Client(door, "outreach_worker").ask("GET", "/v1/duplicates").status_code == 403


@pytest.mark.integration
def test_merged_cases_leave_the_queue_and_pairs_that_wait_come_first(worker: Client, database: Database) -> None:
    one, two, three = (named(worker, GIVEN, FAMILY) for _ in range(3))
    done(worker, one, f"duplicates/{two}/decline")
    assert [each["state"] for each in queue(worker)] == ["proposed", "proposed", "declined"]
    told(worker.ask("POST", f"/v1/cases/{one}/merges", {"case": three}), 201)
    assert pairs(worker) == [{one, two}]
    with database.transaction() as session:
        noted = session.scalars(text("select audit_log::text from audit_log where action = 'duplicate.queue'")).all()
    assert noted
    assert "ruxandra" not in "\n".join(noted).casefold()


@pytest.mark.hazard("H-JOINED-5", control="queue-of-own-cases")
@pytest.mark.integration
def test_the_queue_has_only_cases_that_the_reader_may_find(worker: Client, door: RequestPipeline) -> None:
    mine, other, third = (named(worker, GIVEN, FAMILY) for _ in range(3))
    named(Client(door, "caseworker"), GIVEN, FAMILY)
    assert len(queue(worker)) == 3
    both = Client(door, "caseworker")
    assert queue(both) == []
    for case in (mine, other, third):
        done(worker, case, "team", {"member": str(both.subject), "role": "caseworker"}, 201)
    told(worker.ask("POST", f"/v1/cases/{other}/exclusions", {"kind": "worker", "member": str(both.subject)}), 201)
    assert pairs(both) == [{mine, third}]
    told(worker.ask("POST", f"/v1/cases/{third}/erasure-requests", {}), 201)
    assert queue(both) == []
