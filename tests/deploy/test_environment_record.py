"""The kind of an installation is recorded once, and later shell variables do not change it."""

import json
import re
from dataclasses import replace

import pytest

from deploy.cli import running
from deploy.cli.environment import service_environment
from deploy.cli.environment_record import environment_in_force, environment_name, record_environment
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import Installation
from deploy.cli.keys import key_file, make_keys
from deploy.cli.stores import Stores
from shared.access import tokens


def in_shell(installation: Installation, environment: str | None) -> Installation:
    installation.make_home()
    return replace(installation, variables={"CASEPATH_ENVIRONMENT": environment} if environment else {})


@pytest.mark.parametrize(("asked", "recorded"), [(None, "training"), ("production", "production")])
def test_the_first_start_records_what_the_shell_says(
    installation: Installation, asked: str | None, recorded: str
) -> None:
    assert record_environment(in_shell(installation, asked)) == recorded
    assert environment_name(in_shell(installation, None)) == recorded


@pytest.mark.promise("SEC-59")
@pytest.mark.parametrize(("first", "later"), [("production", "training"), ("training", "production")])
def test_no_later_shell_changes_it(installation: Installation, first: str, later: str) -> None:
    record_environment(in_shell(installation, first))
    with pytest.raises(CommandRefused, match=rf"{first}.*CASEPATH_ENVIRONMENT.*{later}"):
        record_environment(in_shell(installation, later))
    shell = in_shell(installation, later)
    assert environment_name(shell) == environment_in_force(shell) == first
    stores = Stores(dict.fromkeys(("CASEPATH_AMQP_URI", "CASEPATH_LEGAL_DATABASE_URL"), "x://"), None, None)
    assert service_environment(shell, stores, "legal")["CASEPATH_ENVIRONMENT"] == first


def test_what_runs_as_0_1_0_recorded_it_comes_over_as_what_it_is(installation: Installation) -> None:
    shell = in_shell(installation, "training")
    shell.running_file.write_text(json.dumps({"pid": 1, "environment": "production"}))
    assert environment_name(shell) == "production"
    with pytest.raises(CommandRefused):
        record_environment(shell)
    assert record_environment(in_shell(installation, None)) == "production"


def test_a_record_that_says_nothing_is_not_guessed(installation: Installation) -> None:
    shell = in_shell(installation, "training")
    shell.home.joinpath("environment").write_text("produktion\n")
    with pytest.raises(CommandRefused, match=re.escape(str(shell.home / "environment"))):
        environment_name(shell)


def test_a_kind_that_there_is_not_is_not_recorded(installation: Installation) -> None:
    with pytest.raises(CommandRefused, match="CASEPATH_ENVIRONMENT"):
        record_environment(in_shell(installation, "prod"))
    assert not installation.home.joinpath("environment").exists()


def test_what_docker_runs_is_what_init_wrote(installation: Installation) -> None:
    installation.checkout.joinpath(".env").write_text("CASEPATH_ENVIRONMENT=production\n")
    shell = in_shell(installation, "training")
    assert environment_in_force(shell) == "production"
    record_environment(shell)
    with running.the_only_up(shell):
        assert environment_in_force(shell) == "training"


@pytest.mark.promise("SEC-53")
def test_a_key_of_people_that_0_1_0_made_goes_when_production_comes_over(installation: Installation) -> None:
    make_keys(installation.keys, "training")
    operator, set_file = key_file(installation.keys, "operator").read_text(), installation.keys / "key-set.json"
    assert tokens.STAFF in tokens.issuers_in(set_file.read_text())
    make_keys(installation.keys, "production")
    assert not key_file(installation.keys, "staff").exists()
    assert tokens.STAFF not in tokens.issuers_in(set_file.read_text())
    assert key_file(installation.keys, "operator").read_text() == operator
