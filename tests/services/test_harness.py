"""The harness of these tests serves each service alike."""

import pytest

from deploy.cli import servers
from tests.kit.harness import harness


@pytest.mark.integration
@pytest.mark.parametrize("name", ["intake", "legal", "support"])
def test_a_member_of_the_team_reads_the_case_at_each_service_and_a_stranger_does_not(
    name: str, postgres: servers.PostgresServer
) -> None:
    with harness(name, postgres) as service:
        assert service.member("caseworker").told("GET", "")["id"] == str(service.case)
        assert service.staff("caseworker").ask("GET", "").status_code == 404
