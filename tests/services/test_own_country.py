"""Ireland is not in any release.

The test writes its files from the template, and services use them without Python code.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from deploy.cli.api import Api, ApiProblem
from deploy.cli.servers import PostgresServer, RabbitServer
from shared.reference.profile_files import VARIABLE
from tests.kit import serving
from tests.kit.intake.cases import OPEN
from tests.kit.own_profiles import write_ireland
from tests.kit.private_servers import VirtualHost
from tests.kit.serving import Site
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
#: Part of the test data.
RECOVERY, WAGES = "IE.RECOVERY", "IE.WAGES"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, rabbitmq: RabbitServer) -> Iterator[Site]:
    """Intake and legal with Ireland, and support without it."""
    folder = tmp_path_factory.mktemp("profiles")
    write_ireland(folder)
    rabbitmq.add_vhost("ireland")
    uri = VirtualHost.at(rabbitmq, "ireland")
    with serving.opened(tmp_path_factory.mktemp("ireland"), postgres, uri, "ireland", forks=False) as found:
        found.start("intake", **{VARIABLE: str(folder)})
        found.start("legal", **{VARIABLE: str(folder)})
        found.start("support")
        found.wait_ready("intake", "legal", "support")
        yield found


@pytest.fixture(scope="module")
def worker(site: Site) -> Api:
    return site.api("caseworker")


@pytest.fixture(scope="module")
def adviser(site: Site) -> Api:
    return site.api("legal_adviser")


@pytest.fixture(scope="module")
def supporter(site: Site) -> Api:
    return site.api("support_worker")


@pytest.fixture(scope="module")
def case(worker: Api, adviser: Api, supporter: Api) -> str:
    opened = worker.post("intake", "/v1/cases", {**OPEN, "jurisdiction": "IE", "language": "pt"}).json()["id"]
    for member, role in ((adviser, "legal_adviser"), (supporter, "support_worker")):
        worker.post("intake", f"/v1/cases/{opened}/team", {"member": member.subject, "role": role})
    return str(opened)


def shown(api: Api, service: str, case: str) -> dict[str, Any]:
    """Return the case as a service shows it; empty while it is on its way."""
    try:
        return dict(api.get(service, f"/v1/cases/{case}").json())
    except ApiProblem:
        return {}


def clock(api: Api, service: str, case: str, code: str) -> dict[str, Any]:
    """Return the deadline of a case with this code."""
    [found] = [each for each in shown(api, service, case)["clocks"] if each["code"] == code]
    return dict(found)


@pytest.fixture(scope="module")
def file(adviser: Api, case: str) -> str:
    """Create a matter file of the case."""
    wait_until(lambda: bool(shown(adviser, "legal", case)), "legal knows the case")
    opened = adviser.post("legal", f"/v1/cases/{case}/matter-files", {"type": "asylum"}).json()["id"]
    adviser.post("legal", f"/v1/cases/{case}/matter-files/{opened}/opening", {"decision": "accepted"})
    return f"/v1/cases/{case}/matter-files/{opened}"


def test_facts_of_an_irish_case_lead_to_irish_dates(worker: Api, adviser: Api, case: str) -> None:
    happened = {"made_elsewhere": True, "authority": "IE.POLICE", "occurred_on": "2026-03-02"}
    worker.post("intake", f"/v1/cases/{case}/identification", {"stage": "potential", **happened})
    # 60 days after 2 March: 29 in March, 30 in April, 1 in May.
    recovery = clock(worker, "intake", case, RECOVERY)
    assert (recovery["due_on"], recovery["jurisdiction"]) == ("2026-05-01", "IE")

    wait_until(lambda: bool(shown(adviser, "legal", case)), "legal knows the case")
    adviser.post("legal", f"/v1/cases/{case}/facts", {"kind": "work_ended", "happened": "2026-02-10"})
    wages = clock(adviser, "legal", case, WAGES)
    assert (wages["due_on"], wages["late_filing_possible"]) == ("2026-08-10", True)
    claim = adviser.post("legal", f"/v1/cases/{case}/matters", {"remedy": WAGES}).json()["id"]
    assert claim


@pytest.mark.parametrize(
    ("basis", "status"), [("IE.PERMISSION", 201), ("EU.FREE_MOVEMENT", 201), ("NL.B8_3_REPORT", 422)]
)
def test_a_basis_of_ireland_or_of_the_union_is_recorded_and_no_other(
    adviser: Api, file: str, basis: str, status: int
) -> None:
    asked = {"kind": "residence", "basis": basis}
    try:
        found = adviser.post("legal", f"{file}/protections", asked).status_code
    except ApiProblem as refused:
        found = refused.status
    assert found == status


def test_labels_and_currency_come_from_the_profile(worker: Api) -> None:
    law = worker.get("intake", "/v1/reference/jurisdictions/IE").json()
    assert (law["label"], law["country"], law["currency"]) == ("Ireland", "IE", "EUR")
    assert {stated["code"]: stated["label"] for stated in law["remedies"]} == {WAGES: "Employment claim"}


def test_a_service_without_the_profile_shows_the_case_and_no_irish_law(supporter: Api, case: str) -> None:
    wait_until(lambda: bool(shown(supporter, "support", case)), "support knows the case")
    assert shown(supporter, "support", case)["jurisdiction"] == "IE"
    with pytest.raises(ApiProblem) as refused:
        supporter.get("support", "/v1/reference/jurisdictions/IE")
    assert refused.value.status == 404
