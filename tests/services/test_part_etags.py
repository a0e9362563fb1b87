"""Each part of a case has an ETag: a colleague's change of another part does not make a change of this part fail."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from werkzeug.wrappers import Response

from deploy.cli import servers
from shared.http.part_versions import part_versions
from tests.kit.client import Client, told
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

NAMES = {"names": [{"kind": "given", "name": "Fictitious"}]}
MEMBER = {"role": "counsellor"}


@pytest.fixture
def intake(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("intake", postgres) as service:
        yield service


def etags(client: Client) -> dict[str, str]:
    """Return the ETags of the parts as the file has them, in quotes."""
    return {each["part"]: f'"{each["etag"]}"' for each in client.told("GET", "")["etags"]}


def join(client: Client, **headers: str) -> Any:
    """Add a member to the team, which is another part than the person."""
    return client.ask("POST", "team", {**MEMBER, "member": client.colleague("counsellor")}, **headers)


def test_what_a_colleague_does_elsewhere_does_not_refuse_a_change_of_the_person(intake: Harness) -> None:
    one, other = intake.member("caseworker", lead=True), intake.member("caseworker")
    whole, part = one.ask("GET", "").headers["ETag"], etags(one)["person"]
    assert join(other).status_code == 201
    assert one.ask("PUT", "person", NAMES, If_Match=whole).status_code == 412
    done = one.ask("PUT", "person", NAMES, If_Match=part)
    assert done.status_code == 200
    assert done.headers["Part-ETag"] == etags(one)["person"] != part
    assert one.ask("PUT", "person", NAMES, If_Match=done.headers["Part-ETag"]).status_code == 200


def test_the_whole_cases_etag_still_counts(intake: Harness) -> None:
    worker = intake.member("caseworker", lead=True)
    done = worker.ask("PUT", "person", NAMES, If_Match=worker.ask("GET", "").headers["ETag"])
    assert done.status_code == 200
    assert done.headers["ETag"] == worker.ask("GET", "").headers["ETag"]


def test_a_change_of_the_same_part_refuses_and_says_what_changed_and_not_by_whom(intake: Harness) -> None:
    one, other = intake.member("caseworker", lead=True), intake.member("caseworker")
    whole, part = one.ask("GET", "").headers["ETag"], etags(one)["person"]
    told(other.ask("PUT", "person", NAMES, If_Match=part))
    for read in (whole, part):
        refused = told(one.ask("PUT", "person", NAMES, If_Match=read), 412)
        [changed] = refused["changed"]
        assert (changed["part"], changed["action"]) == ("person", "person.record")
        assert "person.record" in refused["detail"]
        assert str(other.subject) not in str(refused)


def test_an_act_that_one_may_not_do_is_not_named(intake: Harness) -> None:
    one, other = intake.member("caseworker", lead=True), intake.member("outreach_worker")
    part = etags(one)["team"]
    assert join(one).status_code == 201
    gone = told(intake.member("supervisor").ask("DELETE", f"team/{uuid4()}", If_Match=part), 412)
    assert gone["changed"][0].keys() >= {"part", "action"}
    supervisor = intake.supervisor_of(other)
    whole = one.ask("GET", "").headers["ETag"]
    told(one.ask("PUT", "person", NAMES, If_Match=whole))
    refused = told(supervisor.ask("POST", "closure", {"reason": "goals_met"}, If_Match=whole), 412)
    assert refused["changed"] == [{"part": "person"}]


def test_a_change_that_names_no_part_refuses_them_all(intake: Harness) -> None:
    worker = intake.member("caseworker", lead=True)
    before = etags(worker)
    told(worker.ask("POST", "closure", {"reason": "goals_met"}, If_Match=worker.ask("GET", "").headers["ETag"]))
    assert all(after != before[part] for part, after in etags(worker).items())
    refused = told(worker.ask("PUT", "person", NAMES, If_Match=before["person"]), 412)
    assert refused["changed"] == [{"part": "case"}]


def test_the_etag_of_one_part_is_none_of_another(intake: Harness) -> None:
    worker = intake.member("caseworker", lead=True)
    assert worker.ask("PUT", "person", NAMES, If_Match=etags(worker)["team"]).status_code == 412
    for strange in ('"person"', '"person--"', '"²"', '"' + "9" * 5_000 + '"', "*"):
        assert worker.ask("PUT", "person", NAMES, If_Match=strange).status_code == 412


def at_once(*requests: Callable[[], Response]) -> list[int]:
    """Send all of these requests at the same time; return the statuses, sorted."""
    with ThreadPoolExecutor(len(requests)) as threads:
        return sorted(each.status_code for each in threads.map(lambda request: request(), requests))


def naming(client: Client, etag: str) -> Callable[[], Response]:
    return lambda: client.ask("PUT", "person", NAMES, If_Match=etag)


def test_two_at_once_on_two_parts_both_succeed_and_on_one_the_second_is_refused(intake: Harness) -> None:
    one, other = intake.member("caseworker", lead=True), intake.member("caseworker")
    for _ in range(5):
        read = etags(one)
        assert at_once(naming(one, read["person"]), lambda: join(other)) == [200, 201]
        read = etags(one)
        assert at_once(naming(one, read["person"]), naming(other, read["person"])) == [200, 412]


def test_it_goes_with_the_case(intake: Harness) -> None:
    worker = intake.member("caseworker", lead=True)
    told(join(worker), 201)
    with intake.database.transaction() as session:
        parts = set(session.scalars(select(part_versions.c.part).where(part_versions.c.case_id == intake.case)))
    assert parts == {"", "team"}
