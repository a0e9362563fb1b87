"""The register of agencies over HTTP: stored fields, published events, and the fields visible to each role."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from deploy.cli import servers
from services.partners.agencies.agency import rules
from services.partners.agencies.agency.actions import named_by_law, register_named_by_law
from services.partners.agencies.agency.models import NAME_WORDS, SIMPLE, Entry
from services.partners.streams.ground import actions as grounds
from shared.access import agencies
from shared.reference import codes
from tests.kit.access_matrix import PASSED, Matrix, Threshold
from tests.kit.builders import an_event
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import apply

pytestmark = pytest.mark.integration
SHELTER = {
    "name": "Fictitious Harbour",
    "type": "Shelter",
    "country": "NL",
    "regions": ["NL-ZH"],
    "languages": ["nl", "ro"],
    "services": ["accommodation_emergency"],
    "contact": "Ask for fictitious Ms Qzxv",
}
UNION = {"name": "Fictitious Union", "type": "TradeUnion", "country": "RO", "languages": ["ro"]}


@pytest.fixture
def register(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as found:
        yield found


@pytest.fixture
def operator(register: Harness) -> Client:
    return register.staff("operator")


def added(operator: Client, **different: Any) -> str:
    return str(operator.told("POST", "/v1/agencies", {**SHELTER, **different}, 201)["id"])


def found(reader: Client, **wanted: str) -> list[str]:
    asked = reader.ask("GET", "/v1/agencies", query=wanted)
    return [each["name"] for each in json.loads(asked.get_data(as_text=True))["agencies"]]


def test_an_agency_is_read_by_everybody_who_works_here_and_told_without_its_name(
    register: Harness, operator: Client
) -> None:
    agency = added(operator)
    for role in sorted(codes("staff_role")):
        shown = register.staff(role).told("GET", f"/v1/agencies/{agency}")
        assert {name: shown[name] for name in SHELTER} == SHELTER
        assert (shown["state"], shown["authority"], shown["named_by_law"]) == ("active", None, False)
    [(name, data)] = register.announced()
    assert name == "agency.registered"
    assert data == {
        "agency": agency,
        "type": "Shelter",
        "country": "NL",
        "regions": ["NL-ZH"],
        "authority": None,
        "first_responder": None,
        "takes_referrals": True,
    }


def test_how_an_agency_is_reached_is_sealed_and_in_no_list(register: Harness, operator: Client) -> None:
    added(operator)
    assert "Qzxv" not in register.everything()
    listed = operator.ask("GET", "/v1/agencies").get_data(as_text=True)
    assert "Harbour" in listed
    assert "Qzxv" not in listed


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"country": "Netherlands"}, "country"),
        ({"regions": ["GB-ENG"]}, "regions"),
        ({"authority": "RO.IGI"}, "authority"),
        ({"first_responder": "unseen"}, "first_responder"),
        ({"duties": ["police"]}, "duties"),
        ({"type": "Pirate"}, "type"),
        ({"name": " "}, "name"),
        ({"contact": "x" * 1001}, "contact"),
    ],
)
def test_what_can_not_be_true_of_an_agency_is_refused(
    register: Harness, operator: Client, wrong: dict[str, Any], field: str
) -> None:
    refused = operator.told("POST", "/v1/agencies", {**SHELTER, **wrong}, 422)
    assert [each["field"].partition(".")[0] for each in refused["errors"]] == [field]
    assert register.announced() == []


def test_an_id_of_ones_own_is_registered_once(operator: Client) -> None:
    own = str(uuid4())
    assert added(operator, id=own) == own
    refused = operator.told("POST", "/v1/agencies", {**UNION, "id": own}, 409)
    assert refused["errors"][0]["rule"] == "is_registered"
    assert operator.told("GET", f"/v1/agencies/{own}")["name"] == SHELTER["name"]


def test_agencies_are_found_by_what_they_are_and_do(register: Harness, operator: Client) -> None:
    register_named_by_law(register.database, register.parts.following.emits)
    added(operator)
    added(operator, **{**UNION, "regions": [], "contact": None, "services": ["legal_advice"]})
    reader = register.staff("caseworker")
    assert found(reader, type="TradeUnion") == ["Fictitious Union"]
    assert found(reader, country="NL", region="NL-ZH", type="Shelter") == ["Fictitious Harbour"]
    assert found(reader, region="NL-NH", type="Shelter") == []
    assert found(reader, region="RO-B", type="TradeUnion") == ["Fictitious Union"], "it works in all of its country"
    assert found(reader, language="ro", service="legal_advice") == ["Fictitious Union"]
    assert found(reader, function="NL.IND") == ["Immigratie- en Naturalisatiedienst"]
    assert found(reader, function="unseen") == ["Unseen"]


def test_a_list_is_read_page_by_page(operator: Client) -> None:
    ids = sorted(added(operator, name=f"Fictitious {number}") for number in range(5))
    read, after = list[str](), dict[str, str]()
    while True:
        page = json.loads(operator.ask("GET", "/v1/agencies", query={"limit": "2", **after}).get_data(as_text=True))
        read += [each["id"] for each in page["agencies"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert read == ids


def test_a_change_needs_what_was_read_and_is_told_only_where_codes_change(register: Harness, operator: Client) -> None:
    path = f"/v1/agencies/{added(operator)}"
    assert operator.ask("PATCH", path, {"name": "Other"}).status_code == 428
    assert operator.ask("PATCH", path, {"name": "Other"}, If_Match='"7"').status_code == 412
    changed = operator.ask("PATCH", path, {"name": "Fictitious Quay", "contact": None}, If_Match='"1"')
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    shown = operator.told("GET", path)
    assert (shown["name"], shown["contact"], shown["languages"]) == ("Fictitious Quay", None, SHELTER["languages"])
    assert [name for name, _ in register.announced()] == ["agency.registered"]
    operator.told("PATCH", path, {"regions": ["NL-NH"], "takes_referrals": False}, If_Match='"2"')
    name, data = register.announced()[-1]
    assert (name, data["regions"], data["takes_referrals"]) == ("agency.changed", ["NL-NH"], False)
    operator.told("PATCH", path, {"country": "RO"}, 422, If_Match='"3"')


def test_an_agency_stands_aside_comes_back_and_ends_each_with_its_reason(register: Harness, operator: Client) -> None:
    path = f"/v1/agencies/{added(operator)}"
    operator.told("POST", f"{path}/resumption", None, 409, If_Match='"1"')
    operator.told("POST", f"{path}/suspension", {"reason": "safeguarding_concern"})
    shown = operator.told("GET", path)
    assert (shown["state"], shown["reason"]) == ("suspended", "safeguarding_concern")
    operator.told("POST", f"{path}/suspension", {"reason": "other"}, 409)
    assert operator.ask("POST", f"{path}/resumption").status_code == 428
    operator.told("POST", f"{path}/resumption", If_Match='"2"')
    assert operator.told("GET", path)["reason"] is None
    operator.told("POST", f"{path}/ending", {"reason": "closed_down"})
    for again in ("suspension", "ending"):
        operator.told("POST", f"{path}/{again}", {"reason": "other"}, 409)
    operator.told("POST", f"{path}/resumption", None, 409, If_Match='"4"')
    assert operator.told("GET", path)["state"] == "ended"
    told = ["agency.registered", "agency.suspended", "agency.resumed", "agency.ended"]
    assert [name for name, _ in register.announced()] == told
    assert all("reason" not in data for _, data in register.announced())


def test_what_the_law_names_is_there_from_the_start_once_and_is_never_ended(
    register: Harness, operator: Client
) -> None:
    emits = register.parts.following.emits
    expected = dict(named_by_law())
    assert register_named_by_law(register.database, emits) == len(expected)
    assert register_named_by_law(register.database, emits) == 0
    assert len(register.announced()) == len(expected) == len(codes("authority")) + len(codes("first_responder"))
    path = f"/v1/agencies/{agencies.id_of_authority('NL.POLICE')}"
    shown = operator.told("GET", path)
    assert (shown["name"], shown["duties"], shown["named_by_law"]) == ("Politie", ["NL.POLICE"], True)
    operator.told("POST", f"{path}/ending", {"reason": "other"}, 409)
    operator.told("PATCH", path, {"authority": None}, 409, If_Match='"1"')
    operator.told("PATCH", path, {"contact": "Fictitious desk"}, If_Match='"1"')
    operator.told("POST", f"{path}/suspension", {"reason": "other"})
    unknown = operator.ask("GET", f"/v1/agencies/{uuid4()}")
    assert unknown.status_code == 404


def test_nobody_takes_the_id_of_what_the_law_names_before_the_service_does(register: Harness, operator: Client) -> None:
    for named in (agencies.id_of_authority("NL.POLICE"), agencies.id_of_first_responder("unseen")):
        refused = operator.told("POST", "/v1/agencies", {**UNION, "id": str(named)}, 409)
        assert refused["errors"][0]["rule"] == "is_registered"
    assert register.announced() == []


def test_the_laws_own_list_is_as_long_as_the_code_list() -> None:
    assert set(rules.FIRST_RESPONDERS) == set(codes("first_responder"))
    assert all(each.type in codes("org_type") for each in rules.FIRST_RESPONDERS.values())
    assert all(each.type in codes("org_type") for each in agencies.authorities().values())


def test_every_route_answers_every_role_as_the_table_says(postgres: servers.PostgresServer) -> None:
    with harness("partners", postgres, edge=Threshold) as service:
        matrix = Matrix(service)
        wrong = []
        for method, path, action in matrix.operations():
            for role in sorted(codes("staff_role")):
                lets_in = role in service.parts.access[action]
                # A case looks as if it did not exist to a caller who is not on its team.
                expected = 404 if "{case}" in path else PASSED if lets_in else 403
                if matrix.ask(method, path, role).status_code != expected:
                    wrong.append((method, path, role))
        assert wrong == []
        assert {action for _, _, action in matrix.operations()} == set(service.parts.access)


@pytest.mark.parametrize("role", sorted(codes("staff_role")))
def test_operators_and_officers_alone_change_the_register(register: Harness, role: str) -> None:
    keeps = role in ("operator", "data_protection_officer")
    asked = register.staff(role).ask("POST", "/v1/agencies", SHELTER)
    assert asked.status_code == (201 if keeps else 403)


@pytest.mark.hazard("H-CONFIDENTIALITY-14", control="by-type-of-agency")
def test_the_gate_knows_the_type_of_each_agency_from_the_register(register: Harness, operator: Client) -> None:
    types = ("LegalService", "LocalGovernmentOrganisation")
    kept = {UUID(added(operator, type=each)): each for each in types}
    unknown = uuid4()
    with register.database.transaction() as session:
        sides = grounds.sides(session, {agency: (frozenset(), frozenset()) for agency in (*kept, unknown)})
    assert {agency: side.agency_type for agency, side in sides.items()} == {**kept, unknown: ""}


#: The events that the register can publish about one agency, in a possible order.
_TOLD = st.lists(st.sampled_from(("changed", "suspended", "resumed")), max_size=6)


def history(agency: UUID, verbs: Sequence[str]) -> list[tuple[str, dict[str, Any]]]:
    stated = {"agency": agency, "type": "NGO", "country": "GB", "regions": [], "takes_referrals": True}
    known = {**stated, "authority": None, "first_responder": None}
    told: list[tuple[str, dict[str, Any]]] = [("agency.registered", known)]
    for number, verb in enumerate(verbs):
        data = {**known, "regions": [f"GB-{number}"]} if verb == "changed" else {"agency": agency}
        told.append((f"agency.{verb}", data))
    return told


@pytest.fixture(scope="module")
def follower(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as found:
        yield found


@settings(max_examples=15)
@given(verbs=_TOLD, cut=st.integers(0, 7))
def test_a_copy_is_the_same_in_whatever_batches_it_is_told(follower: Harness, verbs: list[str], cut: int) -> None:
    copies = []
    for parts in (cut, 0):
        agency = uuid4()
        events = [
            an_event(source="partners", id=uuid4(), name=name, subject=agency, position=place, data=data)
            for place, (name, data) in enumerate(history(agency, verbs), start=1)
        ]
        for batch in (events[:parts], events[parts:]):
            if batch:
                apply(follower, batch)
        with follower.database.transaction() as session:
            copy = agencies.find(session, agency)
        assert copy is not None
        copies.append((copy.type, copy.regions, copy.state))
    assert copies[0] == copies[1]
    last = next((verb for verb in reversed(verbs) if verb != "changed"), "resumed")
    assert copies[0][2] == (agencies.SUSPENDED if last == "suspended" else agencies.ACTIVE)


@pytest.mark.parametrize(("verb", "state"), [("suspended", agencies.SUSPENDED), ("ended", agencies.ENDED)])
def test_what_comes_ahead_of_its_turn_stands_once_the_rest_is_told(follower: Harness, verb: str, state: str) -> None:
    agency = uuid4()
    events = [
        an_event(source="partners", id=uuid4(), name=name, subject=agency, position=place, data=data)
        for place, (name, data) in enumerate(history(agency, ("changed", verb)), start=1)
    ]
    for event in (events[2], *events):
        apply(follower, [event])
        with follower.database.transaction() as session:
            copy = agencies.find(session, agency)
        assert copy is not None
        assert copy.state == state
    assert (copy.type, copy.country, copy.regions) == ("NGO", "GB", ("GB-0",))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("harb", {"Fictitious Harbour"}),
        ("HARBOUR fict", {"Fictitious Harbour"}),
        ("fictitious", {"Fictitious Harbour", "Fictitious Quay"}),
        ("arbour", set()),
        ("harbour quay", set()),
        ("harb':* | !quay", set()),
        ("!", set()),
    ],
)
def test_an_agency_is_found_by_the_beginnings_of_the_words_of_its_name(
    operator: Client, asked: str, found: set[str]
) -> None:
    for name in ("Fictitious Harbour", "Fictitious Quay"):
        operator.told("POST", "/v1/agencies", {"name": name, "type": "Shelter", "country": "NL"}, 201)
    listed = operator.ask("GET", "/v1/agencies", query={"name": asked}).get_json()["agencies"]
    assert {each["name"] for each in listed} == found


def test_the_search_for_a_name_uses_its_index(register: Harness) -> None:
    with register.database.transaction() as session:
        session.execute(text("set local enable_seqscan = off"))
        query = select(Entry.id).where(NAME_WORDS.op("@@")(func.to_tsquery(SIMPLE, "harb:*")))
        written = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        plan = "\n".join(session.scalars(text(f"explain {written}")))
    assert "register_entries_name_index" in plan
