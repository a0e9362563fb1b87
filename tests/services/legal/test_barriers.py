"""Privilege follows the matter: barriers hide data from a member at every route, for any order of steps."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from deploy.cli import servers
from services.legal.cases.case.models import OTHER_SIDE
from shared.access import joined_cases
from shared.access.supervisions import supervisions
from shared.http import routes_of
from shared.reference import codes
from tests.kit.client import Client
from tests.kit.harness import Harness, add_case, harness
from tests.kit.matters import dated, opened

pytestmark = pytest.mark.integration

REASONS = sorted(codes("barrier_reason"))
ADVICE = {
    "phase": "before_detection",
    "status": "given",
    "topics": ["compensation"],
    "funding": "pro_bono",
    "language": "bg",
    "interpreter": True,
    "format": "phone",
}
NOTE = {"kind": "strategy", "text": "Settle only above the wages. Fictitious."}


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as service:
        yield service


def set_apart(by: Client, file: str, member: Client, reason: str) -> None:
    by.told("POST", f"{file}/barriers", {"member": str(member.subject), "reason": reason}, 201)


def written(by: Client, file: str | None = None, **more: Any) -> str:
    """Write a note, optionally in the file of a matter; return its id."""
    place = {} if file is None else {"file": file.rpartition("/")[2]}
    return str(by.told("POST", "notes", {**NOTE, **place, **more}, 201)["id"])


def notes_of(reader: Client) -> set[str]:
    return {note["id"] for note in reader.told("GET", "notes")["notes"]}


def answers(legal: Harness, who: Client, case: UUID) -> dict[str, tuple[int, str]]:
    """Return the responses to a client at every address of the service without a part below the case, by path."""
    found = {}
    for path in {each.path for each in routes_of(legal.service_class) if each.method == "GET" and each.action}:
        if path.count("<") <= path.count("case>"):
            reply = who.ask("GET", path.replace("<uuid:case>", str(case)))
            document = {name: value for name, value in (reply.get_json() or {}).items() if name != "instance"}
            found[path] = (reply.status_code, json.dumps(document, sort_keys=True))
    return found


@pytest.mark.hazard("H-PRIVILEGE-1", control="notes-follow-the-matter")
@pytest.mark.parametrize("reason", REASONS)
def test_a_note_of_a_matter_is_read_by_those_who_work_on_it(legal: Harness, reason: str) -> None:
    writer, colleague, apart = (legal.member("legal_adviser") for _ in range(3))
    file = opened(writer)
    of_matter, of_none = written(writer, file), written(writer)
    assert (notes_of(writer), notes_of(colleague), notes_of(apart)) == ({of_matter, of_none}, {of_none}, {of_none})
    writer.told("POST", f"{file}/members", {"member": str(colleague.subject), "part": "adviser"}, 201)
    assert notes_of(colleague) == {of_matter, of_none}
    set_apart(writer, file, apart, reason)
    refused = apart.ask("GET", "notes")
    assert refused.status_code == 404 if reason == OTHER_SIDE else refused.get_json()["notes"] == []
    set_apart(writer, file, colleague, "acted_before")
    assert notes_of(colleague) == set(), "nobody knows about which matter a note without one is"
    assert notes_of(writer) == {of_matter, of_none}


@pytest.mark.hazard("H-PRIVILEGE-1", control="notes-follow-the-matter")
def test_a_note_is_written_and_corrected_in_the_matters_of_its_writer_only(legal: Harness) -> None:
    writer, other = legal.member("legal_adviser"), legal.member("legal_adviser")
    file, of_other = opened(writer), opened(other)
    note = written(writer, file)
    for place in (of_other, f"matter-files/{uuid4()}"):
        refused = writer.told("POST", "notes", {**NOTE, "file": place.rpartition("/")[2]}, 422)
        assert [(each["field"], each["rule"]) for each in refused["errors"]] == [("file", "of_the_same_case")]
    assert other.told("POST", "notes", {**NOTE, "corrects": note}, 422)["errors"][0]["field"] == "corrects"
    second = opened(writer)
    moved = {**NOTE, "corrects": note, "file": second.rpartition("/")[2]}
    assert writer.told("POST", "notes", moved, 422)["errors"][0]["field"] == "file"
    corrected = written(writer, corrects=note)
    [of_file] = {each["file"] for each in writer.told("GET", "notes")["notes"] if each["id"] == corrected}
    assert of_file == file.rpartition("/")[2]
    assert notes_of(other) == set()


@pytest.mark.hazard("H-PRIVILEGE-1", control="barrier-closes-the-case")
def test_who_acts_for_the_other_side_finds_no_case_in_any_read_list_or_calendar(legal: Harness) -> None:
    adviser, opponent = legal.member("legal_adviser"), legal.member("legal_adviser")
    of_both, of_adviser = opened(opponent), opened(adviser)
    soon = datetime.now(UTC).date() + timedelta(days=40)  # calendars are read in real time
    dated(opponent, of_both, "appeal", str(soon))
    adviser.told("POST", "advice", ADVICE, 201)
    calendar = opponent.told("POST", "/v1/calendar-feeds", {}, 201)["address"]
    written(adviser)
    assert "BEGIN:VEVENT" in opponent.ask("GET", calendar).get_data(as_text=True)
    set_apart(adviser, of_adviser, opponent, OTHER_SIDE)
    stranger = legal.staff("legal_adviser")
    seen, unknown = answers(legal, opponent, legal.case), answers(legal, stranger, uuid4())
    for found in (seen, unknown):
        del found["/v1/calendar-feeds"]  # its own addresses, which differ
    assert seen == unknown
    shown = opponent.ask("GET", calendar).get_data(as_text=True)
    assert shown.count("BEGIN:VEVENT") == shown.count("STATUS:CANCELLED")
    for path in (of_both, of_adviser):
        assert opponent.ask("GET", path).status_code == 404
    legal.break_glass(opponent)
    assert opponent.ask("GET", "").status_code == 404, "no emergency opens it"
    assert adviser.told("GET", "")["advice"]
    handed = adviser.told("GET", of_adviser)["file"]["apart"]
    assert handed == [str(opponent.subject)]


@pytest.mark.hazard("H-PRIVILEGE-1", control="barrier-closes-the-case")
def test_a_barrier_for_the_other_side_closes_joined_cases_and_replaces_other_reasons(
    legal: Harness,
) -> None:
    adviser, opponent = legal.member("legal_adviser"), legal.member("legal_adviser")
    other = uuid4()
    with legal.database.transaction() as session:
        add_case(session, "legal", other)
        team = legal.parts.migrations.metadata[-1].tables["case_team"]
        member = {"member": opponent.subject, "role": "legal_adviser", "lead": False}
        session.execute(insert(team).values(case_id=other, **member))
    there = f"/v1/cases/{other}"
    file = opened(adviser)
    set_apart(adviser, file, opponent, "acted_before")
    assert opponent.ask("GET", "").status_code == 200
    set_apart(adviser, file, opponent, OTHER_SIDE)
    assert (opponent.ask("GET", "").status_code, opponent.ask("GET", there).status_code) == (404, 200)
    set_apart(adviser, file, opponent, "other")
    assert opponent.ask("GET", "").status_code == 404, "no lesser reason opens it again"
    with legal.database.transaction() as session:
        joined_cases.join(session, uuid4(), legal.case, other)
    assert opponent.ask("GET", there).status_code == 404


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("note"), st.integers(0, 2), st.sampled_from([None, 0, 1])),
        st.tuples(st.just("join"), st.integers(0, 2), st.sampled_from([0, 1])),
        st.tuples(st.just("bar"), st.integers(1, 2), st.sampled_from([0, 1]), st.sampled_from(REASONS)),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.hazard("H-PRIVILEGE-1", control="notes-follow-the-matter")
@pytest.mark.slow
@settings(max_examples=40)
@given(STEPS)
def test_each_reader_sees_what_an_independent_model_allows(legal: Harness, steps: list[tuple[Any, ...]]) -> None:
    """Adviser 0 works on both matters throughout. The others join, write, and get barriers in any order."""
    case, names = uuid4(), range(3)
    with legal.database.transaction() as session:
        add_case(session, "legal", case)
    people = [Client(legal.door, "legal_adviser", service=legal.service_class, case=case) for _ in names]
    with legal.database.transaction() as session:
        team = legal.parts.migrations.metadata[-1].tables["case_team"]
        for each in people:
            member = {"member": each.subject, "role": "legal_adviser", "lead": False}
            session.execute(insert(team).values(case_id=case, **member))
    files = [opened(people[0]), opened(people[0])]
    works: dict[int, set[int]] = {0: {0}, 1: {0}}
    bars: dict[int, set[tuple[int, str]]] = defaultdict(set)
    notes: dict[str, int | None] = {}
    for step in steps:
        if step[0] == "note":
            _, who, file = step
            barred = any(reason == OTHER_SIDE for _, reason in bars[who])
            if barred or (file is not None and who not in works[file]):
                continue
            notes[written(people[who], None if file is None else files[file])] = file
        elif step[0] == "join":
            _, who, file = step
            people[0].told(
                "POST", f"{files[file]}/members", {"member": str(people[who].subject), "part": "adviser"}, 201
            )
            if not any(of == file or reason == OTHER_SIDE for of, reason in bars[who]):
                works[file].add(who)
        else:
            _, who, file, reason = step
            set_apart(people[0], files[file], people[who], reason)
            bars[who].add((file, reason))
            for of in (0, 1) if reason == OTHER_SIDE else (file,):
                works[of].discard(who)
    for who in names:
        if any(reason == OTHER_SIDE for _, reason in bars[who]):
            assert {status for path, (status, _) in answers(legal, people[who], case).items() if "case>" in path} == {
                404
            }
        else:
            expected = {note for note, file in notes.items() if (not bars[who] if file is None else who in works[file])}
            assert notes_of(people[who]) == expected
        listed = people[who].ask("GET", "/v1/matter-files/due").get_data(as_text=True)
        assert (str(case) in listed) <= any(who in works[file] for file in works)


# --- a barrier that closes a case is announced, and lifted by a second person -----------------------------------------


def barriers_said(legal: Harness) -> list[tuple[str, dict[str, Any]]]:
    return [(name, data) for name, data in legal.announced() if name.startswith("barrier.")]


def lift(by: Client, barrier: str, status: int = 201) -> dict[str, Any]:
    return by.told("POST", f"barriers/{barrier}/lifting", None, status)


@pytest.mark.hazard("H-PRIVILEGE-3", control="barrier-ends-access-at-intake")
@pytest.mark.parametrize("reason", REASONS)
def test_a_barrier_that_closes_the_case_is_announced_once_without_reason_or_matter(legal: Harness, reason: str) -> None:
    adviser, opponent = legal.member("legal_adviser"), legal.member("legal_adviser")
    file = opened(adviser)
    for _again in range(2):
        set_apart(adviser, file, opponent, reason)
    said = barriers_said(legal)
    if reason != OTHER_SIDE:
        assert said == []
        return
    [(name, data)] = said
    assert (name, data.keys()) == ("barrier.set", {"barrier", "member", "set_by"})
    assert (data["member"], data["set_by"]) == (str(opponent.subject), str(adviser.subject))
    assert file.rpartition("/")[2] not in str(data)


@pytest.mark.hazard("H-PRIVILEGE-4", control="second-person-lifts")
def test_a_supervisor_lifts_a_barrier_as_a_second_person_and_sees_no_matter(legal: Harness) -> None:
    adviser, opponent = legal.member("legal_adviser"), legal.member("legal_adviser")
    chief, file = legal.supervisor_of(adviser), opened(adviser)
    set_apart(adviser, file, opponent, OTHER_SIDE)
    set_apart(adviser, file, legal.member("legal_adviser"), "acted_before")
    [shown] = chief.told("GET", "barriers")["barriers"]
    assert (shown["member"], shown["set_by"], shown["lifted_at"]) == (
        *(str(opponent.subject), str(adviser.subject)),
        None,
    )
    assert file.rpartition("/")[2] not in json.dumps(shown)
    for who in (adviser, opponent):
        assert who.ask("POST", f"barriers/{shown['id']}/lifting").status_code in (403, 404)
    same = Client(legal.door, "supervisor", subject=adviser.subject, service=legal.service_class, case=legal.case)
    with legal.database.transaction() as session:
        session.execute(insert(supervisions).values(supervisor=same.subject, member=chief.subject))
        session.execute(insert(supervisions).values(supervisor=same.subject, member=opponent.subject))
    assert lift(same, shown["id"], 409)["errors"][0]["rule"] == "second_person"
    assert lift(chief, str(uuid4()), 404)
    assert opponent.ask("GET", "").status_code == 404
    lift(chief, shown["id"])
    assert opponent.ask("GET", "").status_code == 200
    assert barriers_said(legal)[-1] == (
        "barrier.lifted",
        {"barrier": shown["id"], "member": str(opponent.subject)},
    )
    assert adviser.told("GET", file)["file"]["apart"] != [str(opponent.subject)]
    assert lift(chief, shown["id"], 409)["errors"][0]["rule"] == "barrier_stands"
    [lifted] = chief.told("GET", "barriers")["barriers"]
    assert lifted["lifted_by"] == str(chief.subject)
    set_apart(adviser, file, opponent, OTHER_SIDE)
    assert opponent.ask("GET", "").status_code == 404
    assert [name for name, _ in barriers_said(legal)] == ["barrier.set", "barrier.lifted", "barrier.set"]
