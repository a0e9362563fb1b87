"""The person's details are sealed, visible to the permitted roles, and never published."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from services.intake.facts.case.models import Case
from services.intake.facts.identity.actions import known_of
from services.intake.facts.identity.schemas import CopiedPerson
from services.intake.facts.person.actions import part
from services.intake.facts.person.models import Person
from services.intake.service import PARTS
from shared import encryption
from shared.access import views
from shared.access.permissions import Relation
from shared.access.tokens import STAFF, Principal
from shared.encryption import SealBroken
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.names import see_former_details
from tests.kit.production_logs import production_logs

pytestmark = pytest.mark.integration

MARKERS = ("Ruxandra", "Vrânceanu", "Ruxi", "+40 700 555 012", "ruxi@example.org", "Strada Fictivă", "1999-07-21")
PERSON: dict[str, Any] = {
    "names": [
        {"kind": "given", "name": "Ruxandra"},
        {"kind": "family", "name": "Vrânceanu, fictitious", "since": "2019-05"},
        {"kind": "called_by", "name": "Ruxi"},
    ],
    "birth": {"date": "1999-07-21"},
    "gender": "Feminine",
    "nationalities": ["RO"],
    "contact": {"phone": "+40 700 555 012", "email": "ruxi@example.org", "address": "Strada Fictivă 3"},
}


def recorded(worker: Client, **different: Any) -> str:
    case = opened(worker)
    done(worker, case, "person", {**PERSON, **different}, method="PUT")
    return case


def joined(worker: Client, door: RequestPipeline, case: str, role: str) -> Client:
    colleague = Client(door, role)
    body = {"member": str(colleague.subject), "role": role}
    told(worker.ask("POST", f"/v1/cases/{case}/team", body), 201)
    return colleague


def read(client: Client, case: str, status: int = 200) -> dict[str, Any]:
    return told(client.ask("GET", f"/v1/cases/{case}/person"), status)


def stored(database: Database) -> str:
    """Return all content of the database as text: the rows of every table."""
    with database.transaction() as session:
        tables = session.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
        rows = [session.execute(text(f'select "{each}"::text from "{each}"')).scalars().all() for each in tables]  # noqa: S608
    return "\n".join(str(row) for table in rows for row in table)


def test_who_the_person_is_comes_back_as_it_was_recorded(worker: Client) -> None:
    found = read(worker, recorded(worker))
    assert [each["name"] for each in found["names"]] == ["Ruxandra", "Vrânceanu, fictitious", "Ruxi"]
    assert found["names"][1]["since"] == "2019-05"
    assert found["birth"] == {"date": "1999-07-21", "disputed": False}
    assert (found["gender"], found["nationalities"]) == ("Feminine", ["RO"])
    assert found["contact"] == PERSON["contact"]


def test_of_a_person_of_whom_nothing_is_recorded_nothing_is_known(worker: Client) -> None:
    found = read(worker, opened(worker))
    assert {each: found[each] for each in PERSON} == dict.fromkeys(PERSON)


def test_a_part_that_is_left_out_stays_and_null_takes_one_away(worker: Client) -> None:
    case = recorded(worker)
    done(worker, case, "person", {"gender": None, "nationalities": ["MD", "RO"]}, method="PUT")
    found = read(worker, case)
    assert (found["gender"], found["earlier_genders"], found["nationalities"]) == (None, [], ["MD", "RO"])
    assert found["contact"] == PERSON["contact"]


def test_a_changed_gender_leaves_the_one_before(worker: Client) -> None:
    case = recorded(worker, gender="Masculine")
    done(worker, case, "person", {"gender": "TransgenderFeminine"}, method="PUT")
    see_former_details(worker, case)
    found = read(worker, case)
    assert (found["gender"], [each["gender"] for each in found["earlier_genders"]]) == (
        "TransgenderFeminine",
        ["Masculine"],
    )


def test_the_same_twice_is_the_same_as_once_and_an_old_version_is_refused(worker: Client) -> None:
    case = recorded(worker)
    before = read(worker, case)
    done(worker, case, "person", PERSON, method="PUT")
    assert read(worker, case) == before
    stale = worker.ask("PUT", f"/v1/cases/{case}/person", PERSON, If_Match='"1"')
    assert stale.status_code == 412
    assert worker.ask("PUT", f"/v1/cases/{case}/person", PERSON).status_code == 428


def test_nothing_of_it_stands_in_the_database_in_any_table(worker: Client, database: Database) -> None:
    case = recorded(worker)
    read(worker, case)
    found = stored(database)
    hexed = [each.encode().hex() for each in MARKERS]
    assert case in found
    assert [each for each in (*MARKERS, *hexed) if each in found] == []


def test_the_event_tells_the_age_and_the_groups_of_a_house_and_no_more(worker: Client, database: Database) -> None:
    recorded(worker)
    with database.transaction() as session:
        rows = session.execute(text("select data from event_log where name = 'person.recorded'")).scalars().all()
    assert rows == [{"age": "adult", "served_as": ["women"]}]


def test_a_sealed_part_does_not_open_in_another_case(worker: Client, database: Database) -> None:
    ours, theirs = recorded(worker), recorded(worker)
    with database.transaction() as session:
        sealed = session.execute(select(Person.identity).where(Person.case_id == ours)).scalar_one()
        session.execute(update(Person).where(Person.case_id == theirs).values(identity=sealed, gender=None))
    with database.transaction() as session, pytest.raises(SealBroken):
        part(session, session.get_one(Case, theirs).id, "names")
    answer = told(worker.ask("GET", f"/v1/cases/{theirs}/person"), 500)
    assert "Ruxandra" not in str(answer)


def test_what_was_erased_is_gone_and_nothing_is_added_to_it(worker: Client, own_keys: encryption.Keys) -> None:
    case = recorded(worker)
    own_keys.destroy(UUID(case))
    assert worker.ask("GET", f"/v1/cases/{case}/person").status_code == 410
    version = worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    assert worker.ask("PUT", f"/v1/cases/{case}/person", PERSON, If_Match=version).status_code == 410


@pytest.mark.parametrize(
    ("role", "sees", "withheld"),
    [
        ("caseworker", {"names", "birth", "gender", "nationalities", "contact"}, set()),
        ("support_worker", {"names", "birth", "gender", "nationalities", "contact"}, set()),
        ("legal_adviser", {"names", "birth", "gender", "nationalities", "contact"}, {"address"}),
        ("counsellor", {"names", "birth", "gender", "nationalities", "contact"}, {"address"}),
    ],
)
def test_where_somebody_lives_is_for_those_who_go_there(
    worker: Client, door: RequestPipeline, role: str, sees: set[str], withheld: set[str]
) -> None:
    case = recorded(worker)
    found = read(joined(worker, door, case, role), case)
    assert sees <= found.keys()
    assert {"phone", "email", "address"} - found["contact"].keys() == withheld
    assert ("location" in found["withheld"]) == bool(withheld)


def test_another_team_and_whom_the_person_excluded_find_nothing(worker: Client, door: RequestPipeline) -> None:
    case = recorded(worker)
    cousin = joined(worker, door, case, "caseworker")
    told(
        worker.ask("POST", f"/v1/cases/{case}/exclusions", {"kind": "worker", "member": str(cousin.subject)}),
        201,
    )
    for who in (cousin, Client(door, "caseworker", "supervisor")):
        theirs, nobodys = read(who, case, 404), read(who, str(uuid4()), 404)
        assert {**theirs, "instance": ""} == {**nobodys, "instance": ""}


@pytest.mark.parametrize(
    ("role", "withheld"),
    [
        ("caseworker", {"privileged"}),
        ("outreach_worker", {"account", "privileged"}),
        ("counsellor", {"account", "identity", "location", "privileged"}),
        ("legal_adviser", {"health", "identity", "location", "privileged"}),
        ("support_worker", {"account", "identity", "location", "privileged"}),
    ],
)
def test_in_an_emergency_only_those_who_would_look_for_somebody_learn_who_and_where(
    role: str, withheld: set[str]
) -> None:
    who = Principal(str(uuid4()), frozenset((role,)), STAFF)
    assert set(PARTS.cases.visibility.withheld(who, Relation.BREAK_GLASS)) == withheld


def test_nothing_of_it_is_logged_whatever_happens(
    worker: Client, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    case = recorded(worker)
    with database.transaction() as session:
        session.execute(update(Person).where(Person.case_id == case).values(gender=b"no seal", contact=None))
    done(worker, case, "person", {"names": PERSON["names"] * 2}, 422, "PUT")
    with production_logs("intake", "debug"):
        told(worker.ask("GET", f"/v1/cases/{case}/person"), 500)
        told(worker.ask("POST", "/v1/searches", {"name": "Ruxandra Vrânceanu"}))
    said = capsys.readouterr().out
    assert "SealBroken" in said
    assert [each for each in MARKERS if each in said] == []


def test_a_copy_has_what_is_known_of_a_person_and_nothing_that_is_not(worker: Client, database: Database) -> None:
    case = recorded(worker, birth=None, contact={"phone": "+40 700 555 012"})
    with database.transaction() as session:
        copy = views.copied_of(CopiedPerson, known_of(session, UUID(case)))
    shown = read(worker, case)
    known = {part_name: shown[part_name] for part_name in ("names", "gender", "earlier_genders", "nationalities")}
    assert copy == {**known, "contact": {"phone": "+40 700 555 012", "email": None, "address": None}}


@pytest.mark.parametrize(
    ("wrong", "field", "rule"),
    [
        ({"birth": {"date": "2199-01-01"}}, "birth.date", "not_in_the_future"),
        ({"birth": {"date": "2199"}}, "birth.date", "not_in_the_future"),
        (
            {"names": [{"kind": "given", "name": "Ruxandra", "since": "2020", "until": "2019"}]},
            "names",
            "ended_after_it_began",
        ),
        ({"names": [{"kind": "given", "name": "Ruxandra"}] * 2}, "names", "each_name_once"),
    ],
)
def test_what_can_not_be_is_refused_by_its_rule_and_not_repeated(
    worker: Client, wrong: dict[str, Any], field: str, rule: str
) -> None:
    case = opened(worker)
    refused = done(worker, case, "person", wrong, 422, "PUT")
    assert (refused["errors"][0]["field"], rule_of(refused)) == (field, rule)
    assert "Ruxandra" not in str(refused)
    del refused["instance"]  # an id, which can contain the digits of the year by chance
    assert "2199" not in str(refused)
    assert read(worker, case)["names"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"names": [{"kind": "given", "name": "Ruxandra" * 100}]},
        {"names": [{"kind": "Ruxandra", "name": "x"}]},
        {"birth": {"date": "Ruxandra"}},
        {"gender": "Ruxandra"},
        {"Ruxandra": "x"},
        {"contact": {"phone": "Ruxandra\u0001"}},
    ],
)
def test_a_form_that_is_wrong_is_refused_without_its_words(worker: Client, wrong: dict[str, Any]) -> None:
    assert "Ruxandra" not in str(done(worker, opened(worker), "person", wrong, 422, "PUT"))


def test_a_detection_before_birth_is_refused_from_either_side(worker: Client) -> None:
    seen = {
        "indicators": ["debt_bondage"],
        "exploitation_types": [],
        "means_of_control": [],
        "detector": "self",
        "earliest_incident_on": "2015-03",
    }
    case = recorded(worker, birth={"date": "2016"})
    refused = told(worker.ask("POST", f"/v1/cases/{case}/detections", seen), 422)
    assert (refused["errors"][0]["field"], rule_of(refused)) == ("earliest_incident_on", "not_before_birth")
    other = opened(worker)
    told(worker.ask("POST", f"/v1/cases/{other}/detections", seen), 201)
    assert rule_of(done(worker, other, "person", {"birth": {"date": "2016"}}, 422, "PUT")) == "born_before_it_happened"
    done(worker, other, "person", {"birth": {"date": "2015"}}, method="PUT")


def test_a_changed_name_leaves_the_one_before_with_its_end(worker: Client) -> None:
    case = recorded(worker)
    new = {"kind": "family", "name": "Dumitrașcu, fictitious", "since": "2026-01"}
    done(worker, case, "person/names", new)
    done(worker, case, "person/names", {"kind": "other_spelling", "name": "Dumitrascu, fictitious"})
    see_former_details(worker, case)
    found = [(each["name"].partition(",")[0], each["since"], each["until"]) for each in read(worker, case)["names"]]
    assert found == [
        ("Ruxandra", None, None),
        ("Vrânceanu", "2019-05", "2026-01"),
        ("Ruxi", None, None),
        ("Dumitrașcu", "2026-01", None),
        ("Dumitrascu", None, None),
    ]
    assert rule_of(done(worker, case, "person/names", new, 409)) == "name_is_new"
    early = {"kind": "family", "name": "Alta, fictitious", "since": "2025"}
    assert rule_of(done(worker, case, "person/names", early, 422)) == "changed_after_it_began"
