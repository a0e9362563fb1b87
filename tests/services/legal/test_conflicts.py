"""Conflicts of interest are found across scripts and former names, and only their reviewers are notified."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text

from deploy.cli import servers
from services.legal.matters.conflict.rules import (
    CLEAR,
    CONFLICT,
    POSSIBLE,
    NamedParty,
    hits_between,
    kind_of,
    result_of,
)
from services.legal.overview.case_file.actions import erase
from shared.deadlines.timers import Timers
from shared.http import routes_of
from shared.reference import codes
from tests.kit.client import Client
from tests.kit.harness import Harness, add_case, harness

pytestmark = pytest.mark.integration

#: One person in three scripts, and by a former name.
RECRUITER = [("official", "Viktoria Papadopoulou, fictitious"), ("former", "Вікторія Ковальчук")]
CLIENT = {
    "the same script": "Viktoria Papadopoulou, fictitious",
    "another script": "Виктория Пападопулу, fictitious",
    "a third one": "Βικτώρια Παπαδοπούλου, fictitious",
    "a former name": "Viktoriia Kovalchuk",
}


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as service:
        yield service


def another_case(legal: Harness) -> UUID:
    case = uuid4()
    with legal.database.transaction() as session:
        add_case(session, "legal", case)
    return case


def on_team(legal: Harness, case: UUID, *, subject: UUID | None = None) -> Client:
    """Return an adviser who is on the team of a case, as a client of that case."""
    adviser = Client(legal.door, "legal_adviser", subject=subject, service=legal.service_class, case=case)
    team = legal.parts.migrations.metadata[-1].tables["case_team"]
    with legal.database.transaction() as session:
        member = {"member": adviser.subject, "role": "legal_adviser", "lead": False}
        session.execute(insert(team).values(case_id=case, **member))
    return adviser


def opened(adviser: Client) -> str:
    return f"matter-files/{adviser.told('POST', 'matter-files', {'type': 'criminal_victim'}, 201)['id']}"


def named(adviser: Client, file: str, role: str, *names: tuple[str, str]) -> None:
    body = {"role": role, "names": [{"kind": kind, "name": name} for kind, name in names]}
    adviser.told("POST", f"{file}/parties", body, 201)


def compared(legal: Harness) -> None:
    Timers(legal.database, legal.clock, legal.parts.following.emits, legal.parts.on_timer).fire_due()


def to_review(supervisor: Client) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = supervisor.told("GET", "/v1/conflict-checks")["checks"]
    return checks


@pytest.mark.parametrize("written", CLIENT.values(), ids=CLIENT.keys())
def test_a_conflict_is_found_across_scripts_and_former_names(legal: Harness, written: str) -> None:
    other = on_team(legal, another_case(legal))
    named(other, opened(other), "intermediary", *RECRUITER)
    adviser = legal.member("legal_adviser")
    supervisor = legal.supervisor_of(adviser)
    file = opened(adviser)
    named(adviser, file, "client", ("official", written))
    named(adviser, file, "witness", ("official", "Somebody Elsewhere, fictitious"))
    assert to_review(supervisor) == [], "nothing is compared while anybody waits"
    compared(legal)
    [check] = to_review(supervisor)
    [hit] = check["hits"]
    assert (check["cause"], hit["kind"], hit["role"], hit["other_role"]) == (
        "party_added",
        "client_is_opponent",
        "client",
        "intermediary",
    )
    assert check["result"] in (CONFLICT, POSSIBLE)
    answer = f"conflict-checks/{check['id']}/answer"
    supervisor.told("POST", answer, {"answer": "waived"}, 201)
    assert to_review(supervisor) == []
    assert supervisor.ask("POST", answer, {"answer": "clear"}).status_code == 409
    [asked, _] = adviser.told("GET", f"{file}/conflict-checks")["checks"]
    assert (asked["answer"], asked["answered_by"]) == ("waived", str(supervisor.subject))


def test_whoever_adds_a_name_is_answered_alike_whatever_is_found(legal: Harness) -> None:
    other = on_team(legal, another_case(legal))
    named(other, opened(other), "employer", ("company", "Fresh Farms B.V., fictitious"))
    adviser = legal.member("legal_adviser")
    files = [opened(adviser), opened(adviser)]
    named(adviser, files[0], "client", ("company", "FRESH FARMS BV fictitious"))
    named(adviser, files[1], "client", ("official", "Nobody Knows Her, fictitious"))
    compared(legal)
    shown = [adviser.told("GET", f"{file}/conflict-checks")["checks"] for file in files]
    assert [set(check[0].items()) & {("answer", None)} for check in shown] == [{("answer", None)}] * 2
    assert [check[0].keys() for check in shown] == [shown[0][0].keys()] * 2
    assert "result" not in shown[0][0]


def test_an_adviser_who_is_added_is_compared_with_those_they_acted_for(legal: Harness) -> None:
    newcomer = legal.member("legal_adviser")
    elsewhere = on_team(legal, another_case(legal), subject=newcomer.subject)
    named(elsewhere, opened(elsewhere), "client", ("official", "Ruxandra Vrânceanu, fictitious"))
    adviser = legal.member("legal_adviser")
    supervisor = legal.supervisor_of(adviser)
    file = opened(adviser)
    named(adviser, file, "suspect", ("official", "Ruxandra Vranceanu, fictitious"))
    adviser.told("POST", f"{file}/members", {"member": str(newcomer.subject), "part": "deputy"}, 201)
    compared(legal)
    by_cause = {check["cause"]: check for check in to_review(supervisor)}
    [hit] = by_cause["adviser_added"]["hits"]
    assert hit["advisers"] == [str(newcomer.subject)]
    answer = f"conflict-checks/{by_cause['adviser_added']['id']}/answer"
    assert supervisor.ask("POST", answer, {"answer": "barrier"}).status_code == 422
    body = {"answer": "barrier", "apart": [str(newcomer.subject)], "reason": "acts_for_other_side"}
    supervisor.told("POST", answer, body, 201)
    assert newcomer.ask("GET", file).status_code == 404
    assert adviser.told("GET", file)["file"]["deputy"] is None


def test_who_is_kept_apart_finds_no_trace(legal: Harness) -> None:
    """At every route that the member can read, the response is the same as without the matter.

    A barrier because of acting for the other side closes the whole case: `test_barriers.py`.
    """
    adviser, apart = legal.member("legal_adviser"), legal.member("legal_adviser")
    others = [legal.member("caseworker"), legal.supervisor_of(adviser)]
    before = [answers(legal, each) for each in (apart, *others)]
    file = opened(adviser)
    adviser.told("POST", f"{file}/barriers", {"member": str(apart.subject), "reason": "acted_before"}, 201)
    named(adviser, file, "client", *RECRUITER)
    made = adviser.told("POST", f"{file}/dates", {"kind": "appeal", "due_on": "2026-01-02"}, 201)
    adviser.told("POST", f"{file}/dates/{made['id']}/answer", {"answer": "missed"}, 201)
    adviser.told("POST", f"{file}/stages", {"stage": "filed"}, 201)
    compared(legal)
    assert [answers(legal, each) for each in (apart, *others)] == before
    told_of = legal.announced()
    assert {name.partition(".")[0] for name, _ in told_of} == {"matter_task"}
    assert str(apart.subject) not in str(told_of), "intake shows each to those alone whom it names"
    unknown = f"matter-files/{uuid4()}"
    for path in ("", "/parties", "/conflict-checks"):
        assert told(apart, f"{file}{path}") == told(apart, f"{unknown}{path}")
    for path, body in (("parties", {"role": "client", "names": [{"kind": "official", "name": "A"}]}), ("stages", {})):
        refused = [apart.ask("POST", f"{each}/{path}", body) for each in (file, unknown)]
        assert len({(each.status_code, without_ids(each.get_json())) for each in refused}) == 1


def answers(legal: Harness, who: Client) -> dict[str, object]:
    """Return the status, ETag and body of the response at every address without a part below the case, by path."""
    paths = [each.path for each in routes_of(legal.service_class) if each.method == "GET" and each.action is not None]
    asked = [path.replace("<uuid:case>", str(legal.case)) for path in paths if path.count("<") <= path.count("case>")]
    return {path: told(who, path) for path in asked}


def told(who: Client, path: str) -> tuple[int, str | None, str]:
    reply = who.ask("GET", path)
    return reply.status_code, reply.headers.get("ETag"), without_ids(reply.get_json())


def without_ids(document: Any) -> str:
    """Return a problem without the id of its request."""
    return json.dumps({name: value for name, value in (document or {}).items() if name != "instance"}, sort_keys=True)


def test_names_stand_in_no_row_event_or_log(legal: Harness, capfd: pytest.CaptureFixture[str]) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    named(adviser, file, "client", *RECRUITER)
    adviser.ask("POST", f"{file}/parties", {"role": "client", "names": [{"kind": "no", "name": RECRUITER[0][1]}]})
    compared(legal)
    everything = legal.everything() + "".join(capfd.readouterr())
    for word in ("Viktoria", "viktoria", "Ковальчук", "kovalchuk", "Papadopoulou"):
        assert word not in everything
        assert word.encode().hex() not in everything
    names = adviser.told("GET", f"{file}/parties")["parties"][0]["names"]
    assert [(name["kind"], name["name"]) for name in names] == RECRUITER


def test_other_agencies_have_no_part_in_a_check(legal: Harness) -> None:
    other = on_team(legal, another_case(legal))
    named(other, opened(other), "employer", ("company", "Fresh Farms, fictitious"))
    with legal.database.transaction() as session:
        session.execute(text("update matter_files set agency = :agency"), {"agency": uuid4()})
    adviser = legal.member("legal_adviser")
    named(adviser, opened(adviser), "client", ("company", "Fresh Farms, fictitious"))
    compared(legal)
    assert to_review(legal.supervisor_of(adviser)) == []


def test_nothing_is_left_of_an_erased_case_in_the_checks_of_others(legal: Harness) -> None:
    case = another_case(legal)
    other = on_team(legal, case)
    named(other, opened(other), "intermediary", *RECRUITER)
    adviser = legal.member("legal_adviser")
    supervisor = legal.supervisor_of(adviser)
    named(adviser, opened(adviser), "client", RECRUITER[0])
    compared(legal)
    assert to_review(supervisor)[0]["hits"][0]["other_case"] == str(case)
    with legal.database.transaction() as session:
        erase(session, case)
    assert to_review(supervisor)[0]["hits"] == []
    with legal.database.transaction() as session:
        for table in ("matter_files", "matter_parties", "conflict_checks", "matter_members"):
            rows = session.execute(text(f"select count(*) from {table} where case_id = :case"), {"case": case})  # noqa: S608 - names of ours
            assert rows.scalar_one() == 0


def test_what_two_roles_mean_is_the_same_from_both_sides() -> None:
    kinds = {kind_of(*pair) for pair in combinations_with_replacement(codes("party_role"), 2)}
    assert kinds == {None, *codes("conflict_kind")}
    for role, other in combinations_with_replacement(codes("party_role"), 2):
        assert kind_of(role, other) == kind_of(other, role)


def party(role: str, *names: str) -> NamedParty:
    return NamedParty(uuid4(), uuid4(), uuid4(), role, names)


@pytest.mark.parametrize(
    ("one", "other", "result"),
    [
        (party("client", "Ana Pop"), party("suspect", "Pop Ana"), CONFLICT),
        (party("client", "Ana Pop"), party("suspect", "Ana Maria Pop"), POSSIBLE),
        (party("client", "Ana Pop"), party("co_victim", "Ana Pop"), POSSIBLE),
        (party("employer", "SC Agro Dunav SRL"), party("employer", "Agro Dunav"), POSSIBLE),
        (party("court", "Rechtbank Fictief"), party("court", "Rechtbank Fictief"), CLEAR),
        (party("client", "Ana Pop"), party("suspect", "Ana Ionescu"), CLEAR),
    ],
)
def test_what_a_pair_comes_to(one: NamedParty, other: NamedParty, result: str) -> None:
    assert result_of(hits_between([one], [other])) == result_of(hits_between([other], [one])) == result


@pytest.mark.hazard("H-PRIVILEGE-2", control="conflict-on-supervision-list")
def test_a_certain_conflict_is_published_at_once_escalated_and_decided_once(
    legal: Harness,
) -> None:
    other = on_team(legal, another_case(legal))
    named(other, opened(other), "defendant", ("official", CLIENT["the same script"]))
    named(other, opened(other), "defendant", ("official", "Another Person, fictitious"))
    adviser = legal.member("legal_adviser")
    supervisor = legal.supervisor_of(adviser)
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    legal.move_clock(start)
    names = (CLIENT["the same script"], "Another Person, fictitious")
    for name in names:
        named(adviser, opened(adviser), "client", ("official", name))
    compared(legal)
    first, second = (check["id"] for check in to_review(supervisor))
    days = {"found_on": "2026-03-02", "decide_by": "2026-03-05"}
    assert conflicts(legal) == [("conflict.found", {"conflict": check, **days}) for check in (first, second)]
    supervisor.told("POST", f"conflict-checks/{second}/answer", {"answer": "conflict"}, 201)
    for after in (timedelta(days=2), timedelta(days=4), timedelta(days=20)):
        legal.move_clock(start + after)
        compared(legal)
    supervisor.told("POST", f"conflict-checks/{first}/answer", {"answer": "waived"}, 201)
    assert conflicts(legal)[2:] == [
        ("conflict.decided", {"conflict": second}),
        ("conflict.escalated", {"conflict": first}),
        ("conflict.decided", {"conflict": first}),
    ]
    told_of = json.dumps([data for _, data in conflicts(legal)])
    assert not [who for who in (adviser, other) if str(who.subject) in told_of]


def test_what_is_only_possible_is_announced_to_nobody(legal: Harness) -> None:
    other = on_team(legal, another_case(legal))
    named(other, opened(other), "witness", ("official", CLIENT["the same script"]))
    adviser = legal.member("legal_adviser")
    named(adviser, opened(adviser), "client", ("official", CLIENT["the same script"]))
    compared(legal)
    assert to_review(legal.supervisor_of(adviser))
    assert conflicts(legal) == []


def conflicts(legal: Harness) -> list[tuple[str, dict[str, Any]]]:
    """Return the published events about conflicts, in order."""
    return [(name, data) for name, data in legal.announced() if name.startswith("conflict.")]
