"""Every service conforms to its OpenAPI document for any request: statuses, content types, headers, bodies.

schemathesis generates the requests from the document with a fixed seed. It is installed in a separate environment,
which `make security` creates.
"""

import subprocess
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.cli.installation import CHECKOUT
from tests.security.town import ENDING, SERVICES, Person, Town

pytestmark = [pytest.mark.security, pytest.mark.integration, pytest.mark.slow]
PROGRAM = CHECKOUT / "build" / "security-venv" / "bin" / "schemathesis"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
#: The paths that an agency requests with its key.
FOR_AGENCIES = "^/v1/(agency|agencies/[^/]+/(keys|subscription|webhooks|broker-queue)|feed|events)"
SETTINGS = """
[parameters]
"path.case" = "{case}"

[[operations]]
include-path-regex = "{ending}"
parameters = {{ "path.case" = "{other}" }}
"""


@pytest.mark.promise("SEC-88")
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_keeps_what_its_document_promises(town: Town, tmp_path: Path, service: str) -> None:
    one, other = Person(town), Person(town)
    for each in (one, other):
        each.open_case()
    ending = "(" + "|".join(each.rpartition("/")[2] for each in ENDING) + ")"
    keeps_its_promises(
        town, tmp_path, service, one.token, SETTINGS.format(case=one.case, other=other.case, ending=ending)
    )


def test_partners_keeps_it_to_an_agency_with_a_key_too(town: Town, tmp_path: Path) -> None:
    """Test the agency paths with an agency's own id: most of them are closed to staff and others."""
    operator = town.site.targets.token(["operator"], str(uuid4()), 3600)
    entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
    agency = town.ask("partners", "POST", "/v1/agencies", entry, operator).json()["id"]
    asked = {"purpose": "testing", "scopes": ["reading", "reporting", "administering"]}
    key = town.ask("partners", "POST", f"/v1/agencies/{agency}/keys", asked, operator).json()["key"]
    settings = f'[parameters]\n"path.agency" = "{agency}"\n'
    keeps_its_promises(town, tmp_path, "partners", key, settings, "--include-path-regex", FOR_AGENCIES)


def keeps_its_promises(town: Town, folder: Path, service: str, token: str, settings: str, *narrowed: str) -> None:
    """Generate requests from a service's document, and check each answer against it."""
    file = folder / "schemathesis.toml"
    file.write_text(settings, encoding="utf-8")
    ended = subprocess.run(
        [
            *(PROGRAM, "--config-file", file, "run", f"{town.site.installation.address(service)}/openapi.json"),
            *("--checks", ",".join(CHECKS), "--seed", "1", "--max-examples", "3", "--no-shrink"),
            *("--generation-database", "none", "--header", f"Authorization: Bearer {token}"),
            *("--continue-on-failure", "--warnings", "off", "--phases", "fuzzing", *narrowed),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "passed" in ended.stdout
