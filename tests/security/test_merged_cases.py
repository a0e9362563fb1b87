"""Restrictions and exclusions in one case of a person apply to every merged case, until the merge is undone."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.encryption import Keys
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, edge_of, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.merges import joined
from tests.kit.intake.referrals import CONSENT, DRAFT, consented, drafted, take
from tests.kit.intake.standing import exclude, join

pytestmark = [pytest.mark.security, pytest.mark.integration]

AGENCY = "NL.COMENSHA"


@pytest.fixture
def door(database: Database, own_keys: Keys) -> RequestPipeline:
    clock = TimeSource(movable=True)
    database.provide(TIME_SOURCE, clock)
    return edge_of(database, clock=clock)


@pytest.fixture
def worker(door: RequestPipeline) -> Client:
    return Client(door, "caseworker")


def statuses(client: Client, *cases: str) -> list[int]:
    return [client.ask("GET", f"/v1/cases/{case}").status_code for case in cases]


def decide(officer: Client, case: str, request: str, step: str, body: dict[str, str]) -> None:
    path = f"/v1/cases/{case}/erasure-requests"
    version = officer.ask("GET", path).headers["ETag"]
    told(officer.ask("POST", f"{path}/{request}/{step}", body, If_Match=version))


def announced(database: Database, case: str) -> list[tuple[str, Any]]:
    with database.transaction() as session:
        of_case = text("select name, data, correlation from event_log where subject = :case order by serial")
        rows = session.execute(of_case, {"case": UUID(case)}).all()
    return [(row.name, row.correlation) for row in rows if row.name.startswith(("exclusion.", "case."))]


def merged(worker: Client, *cousins: Client) -> tuple[str, str, str]:
    """Merge two cases that have these team members; return both cases and the merge."""
    one, other = opened(worker), opened(worker)
    for cousin in cousins:
        for case in (one, other):
            told(join(worker, case, cousin, "caseworker"), 201)
    return one, other, str(joined(worker, one, other)["id"])


@pytest.mark.promise("SEC-11")
@pytest.mark.hazard("H-JOINED-4", control="exclusion-reaches-joined-cases")
def test_whom_the_person_excluded_in_one_case_finds_neither_until_it_is_lifted_there(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    cousin = Client(door, "caseworker")
    one, other, _ = merged(worker, cousin)
    assert statuses(cousin, one, other) == [200, 200]
    exclusion = told(exclude(worker, other, kind="worker", member=str(cousin.subject)), 201)["id"]
    assert statuses(cousin, one, other) == [404, 404]
    assert cousin.ask("POST", f"/v1/cases/{one}/break-glass", {"reason": "danger_to_life"}).status_code == 404
    (_, first), (_, second) = announced(database, one)[-1], announced(database, other)[-1]
    assert first != second, "no correlation names both"
    carried = told(worker.ask("GET", f"/v1/cases/{one}"))["exclusions"]
    assert [entry["member"] for entry in carried] == [str(cousin.subject)]
    refused = done(worker, one, f"exclusions/{carried[0]['id']}", None, 409, "DELETE")
    assert rule_of(refused) == "recorded_in_another_case"
    done(worker, other, f"exclusions/{exclusion}", None, 204, "DELETE")
    assert told(worker.ask("GET", f"/v1/cases/{one}"))["exclusions"] == []
    assert [name for name, _ in announced(database, one)] == ["exclusion.recorded", "exclusion.lifted"]


@pytest.mark.promise("SEC-11")
def test_a_merge_brings_what_was_excluded_before_and_takes_it_along_again(
    worker: Client, door: RequestPipeline
) -> None:
    cousin = Client(door, "caseworker")
    one, other, third = (opened(worker) for _ in range(3))
    told(exclude(worker, other, kind="worker", member=str(cousin.subject)), 201)
    for case in (one, third):
        told(join(worker, case, cousin, "caseworker"), 201)
    joined(worker, one, third)
    assert statuses(cousin, one, third) == [200, 200]
    merge = joined(worker, one, other)["id"]
    assert statuses(cousin, one, other, third) == [404, 404, 404]
    done(worker, one, f"merges/{merge}", None, 204, "DELETE")
    assert statuses(cousin, one, other, third) == [200, 404, 200]


def test_one_that_is_recorded_in_both_outlives_the_merge(worker: Client, door: RequestPipeline) -> None:
    cousin = Client(door, "caseworker")
    one, other, merge = merged(worker, cousin)
    for case in (one, other):
        told(exclude(worker, case, kind="worker", member=str(cousin.subject)), 201)
    done(worker, other, f"merges/{merge}", None, 204, "DELETE")
    assert statuses(cousin, one, other) == [404, 404]
    assert [len(told(worker.ask("GET", f"/v1/cases/{case}"))["exclusions"]) for case in (one, other)] == [1, 1]


@pytest.mark.promise("SEC-44")
def test_a_consent_in_one_case_counts_for_nothing_against_an_exclusion_in_the_other(worker: Client) -> None:
    one, other = opened(worker), opened(worker)
    consented(worker, other)
    under_way = drafted(worker, other)
    take(worker, other, under_way, "send")
    draft = drafted(worker, other)
    told(exclude(worker, one, kind="agency", agency=AGENCY), 201)
    merge = joined(worker, one, other)["id"]
    states = {row["id"]: row["state"] for row in told(worker.ask("GET", f"/v1/cases/{other}"))["referrals"]}
    assert states == {under_way: "withdrawn", draft: "draft"}
    assert rule_of(take(worker, other, draft, "send", 409)) == "excluded_by_the_person"
    for path in ("consents", "referrals"):
        body = DRAFT if path == "referrals" else CONSENT
        assert rule_of(done(worker, other, path, body, 409)) == "excluded_by_the_person"
    preview = told(worker.ask("GET", f"/v1/cases/{other}/referrals/{draft}/package/preview"))
    assert preview["package"] == {}
    # The consent itself is kept, so that undoing a wrong merge restores it.
    done(worker, one, f"merges/{merge}", None, 204, "DELETE")
    take(worker, other, draft, "send")


@pytest.mark.promise("SEC-13")
def test_a_restriction_of_one_case_restricts_both_until_it_is_lifted(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    one, other, _ = merged(worker)
    request = told(worker.ask("POST", f"/v1/cases/{one}/erasure-requests", {"reason": "consent_withdrawn"}), 201)["id"]
    assert statuses(worker, one, other) == [403, 403]
    officer = Client(door, "data_protection_officer")
    decide(officer, one, request, "decision", {"decision": "lift"})
    assert statuses(worker, one, other) == [200, 200]
    assert [name for name, _ in announced(database, other)] == ["case.restricted", "case.unrestricted"]


@pytest.mark.promise("SEC-14")
def test_what_the_person_excluded_outlives_the_case_in_which_they_said_so(
    worker: Client, door: RequestPipeline
) -> None:
    cousin, officer = Client(door, "caseworker"), Client(door, "data_protection_officer")
    one, other, _ = merged(worker, cousin)
    told(exclude(worker, other, kind="worker", member=str(cousin.subject)), 201)
    asked = {"reason": "consent_withdrawn"}
    request = told(officer.ask("POST", f"/v1/cases/{other}/erasure-requests", asked), 201)["id"]
    for checked in ("coercion", "third_party"):
        decide(Client(door, "data_protection_officer"), other, request, "checks", {"checked": checked})
    decide(officer, other, request, "decision", {"decision": "order"})
    assert statuses(worker, one) == [200]
    assert statuses(cousin, one) == [404]
    (kept,) = told(worker.ask("GET", f"/v1/cases/{one}"))["exclusions"]
    done(worker, one, f"exclusions/{kept['id']}", None, 204, "DELETE")
