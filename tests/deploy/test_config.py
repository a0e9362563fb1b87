"""The value and the source of each setting, and shell completion."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.cli.__main__ import casepath
from deploy.cli.config import compose_environment, explained, settings_read
from deploy.cli.findings import OK, WARN
from deploy.cli.init import write_secrets
from deploy.cli.installation import CHECKOUT, Installation, here

MARKER = "planted-7f3a"


def of(installation: Installation, name: str) -> tuple[str, str]:
    [setting] = [each for each in explained(installation) if each.name == name]
    return setting.value, setting.origin


@pytest.fixture
def docker(installation: Installation) -> Installation:
    """Return a checkout that `init` has set up for Docker."""
    write_secrets(installation.checkout, "production")
    shutil.copy(CHECKOUT / "docker-compose.yml", installation.checkout)
    return installation


def test_a_setting_is_the_shell_s_then_that_of_dot_env_then_the_release_s(docker: Installation) -> None:
    name = "CASEPATH_RATE_CLIENT"
    assert of(docker, name) == ("600/60", "docker-compose.yml")
    with docker.checkout.joinpath(".env").open("a") as settings:
        settings.write(f"{name}=9/60\n")
    assert of(docker, name) == ("9/60", ".env")
    assert of(replace(docker, variables={name: "5/60"}), name)[0] == "5/60", "not of a file"
    assert of(docker, "CASEPATH_ENVIRONMENT") == ("production", ".env")
    assert of(docker, "CASEPATH_LEGAL_DATABASE_URL")[0] == "set"


def test_without_docker_it_is_the_environment_s_or_the_release_s(installation: Installation) -> None:
    told = replace(installation, variables={"CASEPATH_LOG_LEVEL": "debug", "CASEPATH_KEY_SET_FILE": "/some/file"})
    assert of(told, "CASEPATH_LOG_LEVEL")[0] == "debug"
    value, origin = of(told, "CASEPATH_KEY_SET")
    assert (value, "CASEPATH_KEY_SET_FILE" in origin) == ("set", True)
    assert of(told, "CASEPATH_HTTP_WORKERS")[0] == "10"


def test_what_opens_something_is_never_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path))
    monkeypatch.setenv("CASEPATH_INTAKE_AMQP_URI", f"amqp://intake:{MARKER}@127.0.0.1/casepath")
    monkeypatch.setenv("CASEPATH_SUBJECT_KEY", MARKER)
    said = CliRunner().invoke(casepath, ["config", "explain", "--json"])
    assert said.exit_code == 0
    assert MARKER not in said.output
    assert len(json.loads(said.stdout)["settings"]) > 30
    assert CliRunner().invoke(casepath, ["config", "explain", "no_such"]).exit_code == 1


def test_docker_compose_hands_on_every_setting_of_the_services() -> None:
    """Exceptions: files of secrets/, settings of other kinds of installations, and settings in operators' files."""
    elsewhere = re.compile(
        r"_(LISTEN|BROKER_SIGN_IN|AGENCIES_AMQP_URI|KEY_ARCHIVE|WEBHOOK_CERTIFICATES|CLIENT_SECRET)$"
    )
    handed_on = compose_environment(here())
    names = {setting.name for setting in explained(here())}
    left_out = {name for name in names if name not in handed_on and f"{name}_FILE" not in handed_on}
    assert {name for name in left_out if not elsewhere.search(name)} == set()


def test_a_setting_that_nothing_reads_is_found(docker: Installation) -> None:
    assert [finding.state for finding in settings_read(docker)] == [OK]
    with docker.checkout.joinpath(".env").open("a") as settings:
        settings.write("CASEPATH_TRUSTED_HAEDER=X-Forwarded-For\n")
    [finding] = settings_read(docker)
    assert (finding.state, "CASEPATH_TRUSTED_HAEDER" in finding.why) == (WARN, True)


def test_the_shell_completes_verbs() -> None:
    script = CliRunner().invoke(casepath, ["completion", "bash"]).stdout
    assert "_CASEPATH_COMPLETE=bash_complete" in script
    completing = {"_CASEPATH_COMPLETE": "bash_complete", "COMP_WORDS": "./casepath key", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli"],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(CHECKOUT), **completing},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["plain,keys"], done.stderr
