"""Every service keeps what its OpenAPI document promises, whatever is asked: statuses, content types, headers, bodies.

schemathesis draws the requests from the document, from a fixed seed. It lives in an environment of its own, which
`make security` makes.
"""

import subprocess
from pathlib import Path

import pytest

from deploy.cli.installation import CHECKOUT
from tests.security.town import ENDING, SERVICES, Person, Town

pytestmark = [pytest.mark.security, pytest.mark.integration]
PROGRAM = CHECKOUT / "build" / "security-venv" / "bin" / "schemathesis"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
SETTINGS = """
[parameters]
"path.case" = "{case}"

[[operations]]
include-path-regex = "{ending}"
parameters = {{ "path.case" = "{other}" }}
"""


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_keeps_what_its_document_promises(town: Town, tmp_path: Path, service: str) -> None:
    one, other = Person(town), Person(town)
    for each in (one, other):
        each.open_case()
    ending = "(" + "|".join(each.rpartition("/")[2] for each in ENDING) + ")"
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(SETTINGS.format(case=one.case, other=other.case, ending=ending), encoding="utf-8")
    said = subprocess.run(
        [
            *(PROGRAM, "--config-file", settings, "run", f"{town.site.installation.address(service)}/openapi.json"),
            *("--checks", ",".join(CHECKS), "--seed", "1", "--max-examples", "3", "--no-shrink"),
            *("--generation-database", "none", "--header", f"Authorization: Bearer {one.token}"),
            *("--continue-on-failure", "--warnings", "off", "--phases", "fuzzing"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert "passed" in said.stdout
