"""Every route x every kind of key x whose address it is: the result is as the access table says."""

import dataclasses
import json
import re
from collections.abc import Iterator
from uuid import uuid4

import pytest

from deploy.cli import servers
from services import PORTS
from services.partners.agencies.key.rules import ROLES
from services.registry import parts_of
from shared.access import agency_keys
from shared.access.tokens import AGENCIES, AGENCY_ROLES, SERVICE_ROLE, new_key
from shared.http import openapi
from shared.reference import codes
from tests.kit.access_matrix import PASSED, Matrix, Threshold
from tests.kit.agency_keys import make, registered, with_key
from tests.kit.client import KEY, Client, edge_of, verifier
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as service:
        yield service


@pytest.fixture
def threshold(partners: Harness) -> Harness:
    """Return the same service behind a pipeline that ends after the access check."""
    return dataclasses.replace(partners, door=edge_of(partners.database, partners.parts, kind=Threshold))


def addresses(path: str, agency: str) -> Iterator[tuple[str, bool]]:
    """Return the addresses of an operation at the key's own agency (True) and at another agency (False)."""

    def filled(whose: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda name: whose if name[1] == "agency" else str(uuid4()), path)

    yield filled(agency), True
    if "{agency}" in path:
        yield filled(str(uuid4())), False


@pytest.mark.promise("SEC-47")
@pytest.mark.parametrize("scope", sorted(ROLES))
def test_every_route_answers_every_key_as_the_table_says_and_of_its_own_agency_alone(
    partners: Harness, threshold: Harness, scope: str
) -> None:
    operator = partners.staff("operator")
    agency = registered(operator)
    asker = with_key(threshold, make(operator, agency, scopes=[scope])["key"])
    wrong, passed = [], set()
    for method, path, action in Matrix(partners).operations():
        lets_in = ROLES[scope] in partners.parts.access[action]
        for address, is_own in addresses(path, agency):
            # A case looks as if it did not exist to a caller who is not on its team.
            expected = 404 if not is_own or "{case}" in path else PASSED if lets_in else 403
            status = asker.ask(method, address).status_code
            passed |= {action} if status == PASSED else set()
            if status != expected:
                wrong.append((method, path, is_own, status))
    assert wrong == []
    assert passed == {action for action, roles in partners.parts.access.items() if ROLES[scope] in roles}


def test_every_route_answers_every_role_of_staff_as_the_table_says(threshold: Harness) -> None:
    wrong, passed = [], set()
    for role in sorted(codes("staff_role")):
        asker = threshold.staff(role)
        for method, path, action in Matrix(threshold).operations():
            address = re.sub(r"\{\w+\}", lambda _name: str(uuid4()), path)
            lets_in = role in threshold.parts.access[action]
            passed |= {action} if lets_in else set()
            status = asker.ask(method, address).status_code
            if status != (404 if "{case}" in path else PASSED if lets_in else 403):
                wrong.append((method, path, role, status))
    assert wrong == []
    roles = AGENCY_ROLES | {SERVICE_ROLE}
    assert threshold.parts.access.keys() - passed == {
        action for action, needs in threshold.parts.access.items() if needs.keys() <= roles
    }


def test_no_route_of_another_service_is_for_an_agency_and_none_takes_its_key() -> None:
    for service in set(PORTS) - {"partners"}:
        parts, _ = parts_of(service)
        assert parts.agency_keys is None
        assert [action for action, roles in parts.access.items() if AGENCY_ROLES & set(roles)] == []


def test_no_field_of_a_case_is_shown_to_an_agency_by_its_role() -> None:
    for service in PORTS:
        seen_by = parts_of(service)[0].cases.visibility.classes.values()
        assert [roles for roles in seen_by if AGENCY_ROLES & set(roles)] == []


def test_no_member_of_staff_has_a_role_of_an_agency() -> None:
    assert AGENCY_ROLES & set(codes("staff_role")) == set()
    assert set(ROLES) == set(codes("agency_key_scope"))
    assert set(ROLES.values()) == AGENCY_ROLES


@pytest.mark.parametrize("role", sorted(AGENCY_ROLES))
def test_a_token_never_has_a_role_of_an_agency(partners: Harness, role: str) -> None:
    for roles in ((role,), ("data_protection_officer", role)):
        asker = Client(partners.door, *roles, key=KEY, service=partners.service_class, registered=False)
        assert asker.ask("GET", "/v1/agency").status_code == 401
        assert asker.ask("GET", "/v1/agencies").status_code == 401


@pytest.mark.parametrize("role", sorted(AGENCY_ROLES))
def test_nobody_signs_in_the_name_of_the_register_of_keys(partners: Harness, role: str) -> None:
    forger = new_key(AGENCIES)
    knowing = verifier(forger)
    partners.door = edge_of(partners.database, partners.parts, verifying=knowing)
    asker = Client(partners.door, role, key=forger, service=partners.service_class, registered=False)
    assert asker.ask("GET", "/v1/agency").status_code == 401


@pytest.mark.parametrize("service", sorted(set(PORTS) - {"partners"}))
def test_another_service_refuses_a_key_as_it_refuses_nonsense(postgres: servers.PostgresServer, service: str) -> None:
    with harness(service, postgres) as other:
        answers = []
        for text in (agency_keys.make(uuid4()), "nonsense"):
            asker = Client(other.door, token=text, service=other.service_class, registered=False, case=other.case)
            answer = asker.ask("GET", f"/v1/cases/{other.case}")
            answers.append((answer.status_code, {**json.loads(answer.get_data()), "instance": ""}))
        assert answers[0] == answers[1]
        assert answers[0][0] == 401


def test_an_address_that_names_an_agency_names_it_so_that_the_edge_sees_it(partners: Harness) -> None:
    """The HTTP layer compares `agency` in an address with the key. It would not check a parameter with another name."""
    document = openapi.document(partners.service_class)["paths"]
    below = [path for path in document if path.startswith("/v1/agencies/{")]
    assert below
    assert [path for path in below if not path.startswith("/v1/agencies/{agency}")] == []


def test_a_key_that_may_not_is_told_which_scope_it_lacks_and_whom_to_ask(partners: Harness) -> None:
    operator = partners.staff("operator")
    agency = registered(operator)
    reader = with_key(partners, make(operator, agency, scopes=["reading"])["key"])
    refused = reader.told("POST", "/v1/agency/reports", {}, 403)
    assert refused["scopes"] == ["reporting"]
    assert "roles" not in refused
    assert "reporting" in refused["detail"]
    assert "supervisor" not in reader.told("POST", "/v1/agencies", {}, 403)["detail"]
    unseen = reader.told("GET", f"/v1/agencies/{uuid4()}/subscription", status=404)
    assert "team" not in unseen["detail"]
