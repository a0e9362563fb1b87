"""The command starts and changes only the kind of installation in its own checkout."""

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.cli.environment_record import how_to_start, record_environment
from deploy.cli.errors import CommandRefused
from deploy.cli.init import refuse_over_data, write_secrets
from deploy.cli.installation import Installation


@pytest.fixture
def docker(installation: Installation) -> Installation:
    """Return a checkout that `init` has set up for production in Docker."""
    write_secrets(installation.checkout, "production")
    return installation


def test_nothing_is_started_beside_an_installation_in_docker(docker: Installation) -> None:
    with pytest.raises(CommandRefused, match="production") as refused:
        record_environment(docker)
    assert refused.value.next_step.startswith("docker compose up --wait")
    assert not docker.home.exists(), "nor written"
    assert how_to_start(docker) == "docker compose up --wait"


def test_one_that_has_run_here_before_or_has_a_place_of_its_own_is_started(docker: Installation) -> None:
    own = replace(docker, variables={**docker.variables, "CASEPATH_HOME": str(docker.home)})
    own.make_home()
    assert record_environment(own) == "training"
    assert how_to_start(own) == "./casepath up"
    assert record_environment(docker) == "training", "it has run here before"


def test_without_docker_it_is_up_that_starts_it(installation: Installation) -> None:
    assert how_to_start(installation) == "./casepath up"


@pytest.mark.parametrize("volume", ["casepath_stores", "casepath_key-stores-18"])
def test_no_new_secrets_are_made_over_the_volumes_of_an_installation(
    installation: Installation, tmp_path: Path, volume: str
) -> None:
    program = tmp_path / "docker"
    program.write_text(f"#!/bin/sh\necho {volume}; echo other\n", encoding="utf-8")
    program.chmod(0o755)
    beside = replace(installation, variables={"PATH": f"{tmp_path}:{installation.variables['PATH']}"})
    with pytest.raises(CommandRefused, match=volume):
        refuse_over_data(beside)
    refuse_over_data(replace(beside, variables={**beside.variables, "COMPOSE_PROJECT_NAME": "another"}))
