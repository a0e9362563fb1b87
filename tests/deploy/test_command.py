import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from deploy.cli.__main__ import PARTS, casepath
from deploy.cli.api import find_targets
from deploy.cli.installation import CHECKOUT, here
from deploy.cli.keys import make_keys
from shared.access import tokens


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path))
    monkeypatch.setenv("CASEPATH_ENVIRONMENT", "training")
    make_keys(tmp_path / "keys", "training")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, list(arguments))


#: Commands that print no result, and the reason.
WITHOUT_RESULT = {
    ("up",): "runs the services until it is stopped",
    ("run",): "runs a service until it is stopped",
    ("provider", "fetch-keys"): "runs a server",
    ("agencies", "notifier", "send-rings"): "runs a server",
    ("completion",): "prints a script for a shell to evaluate",
}


def _commands(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the path of each command, and of each command inside it."""
    if path:
        yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _commands(inner, *path, name)


def test_help_names_every_verb_under_its_part() -> None:
    said = call("--help")
    assert said.exit_code == 0
    lines = said.stdout.splitlines()
    for part, verbs in PARTS.items():
        first = lines.index(f"{part}:") + 1
        assert [line.split()[0] for line in lines[first : first + len(verbs)]] == list(verbs)


@pytest.mark.parametrize("path", list(_commands(casepath)), ids=" ".join)
def test_every_command_has_an_example_of_itself(path: tuple[str, ...]) -> None:
    said = call(*path, "--help")
    assert said.exit_code == 0
    examples = said.stdout.partition("Example")[2]
    assert f"casepath {path[0]}" in examples
    assert path[-1] in examples


def test_every_command_with_a_result_prints_it_as_json() -> None:
    without = {path for path in _commands(casepath) if _runs(path) and "--json" not in call(*path, "--help").stdout}
    assert without == set(WITHOUT_RESULT)


def _runs(path: tuple[str, ...]) -> bool:
    """Return whether the command has an action, and is not only a group."""
    command: click.Command | None = casepath
    for name in path:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name)
    return not isinstance(command, click.Group) or command.invoke_without_command


def test_json_output_has_the_result_and_nothing_else() -> None:
    down = call("down", "--json")
    assert json.loads(down.stdout) == {"stopped": None, "left": []}
    assert down.stderr
    assert call("down").stdout == ""


def test_a_token_is_what_the_services_believe() -> None:
    said = call("token", "--role", "operator", "--lifetime", "2h", "--json")
    document = json.loads(said.stdout)
    key_set = json.dumps(tokens.public_set([find_targets().operator_key or {}]))
    principal = tokens.Verifier(key_set).verify(f"Bearer {document['token']}")
    assert (principal.subject, principal.roles) == (document["subject"], {"operator"})
    assert document["seconds"] == 7200


@pytest.mark.parametrize(
    "arguments",
    [
        ["token", "--role", "operator"],
        ["clock", "set", "2030-01-01"],
        ["clock", "reset"],
        ["journey"],
        ["journey", "--target", "http://127.0.0.1:9", "--json"],
        ["up", "--once"],
    ],
)
def test_what_belongs_into_training_is_refused_in_production(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEPATH_ENVIRONMENT", "production")
    said = call(*arguments)
    assert said.exit_code == 1
    assert said.stdout == ""
    assert "production" in said.stderr


def test_a_token_may_not_outlive_the_day() -> None:
    assert call("token", "--role", "operator", "--lifetime", "9h").exit_code == 2


def test_status_says_that_nothing_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTAKE", "LEGAL", "SUPPORT", "PARTNERS"):
        monkeypatch.setenv(f"CASEPATH_{name}_URL", "http://127.0.0.1:9")
    said = call("status", "--json")
    assert said.exit_code == 1
    document = json.loads(said.stdout)
    assert not document["settled"]
    assert sorted(document["away"]) == ["intake", "legal", "partners", "support"]


def test_run_needs_a_broker_and_a_database() -> None:
    assert call("run", "intake").exit_code == 1


def test_down_with_nothing_to_end_is_fine() -> None:
    assert call("down").exit_code == 0


def test_reset_asks_first(tmp_path: Path) -> None:
    here().make_home()
    assert CliRunner().invoke(casepath, ["reset"], input="n\n").exit_code == 1
    assert tmp_path.joinpath("keys/staff.json").exists()
    assert call("reset", "--yes").exit_code == 0
    assert not tmp_path.joinpath("keys").exists()


def test_the_doctor_gives_a_state_a_reason_and_for_each_failure_a_fix() -> None:
    said = call("doctor", "--json")
    document = json.loads(said.stdout)
    assert said.exit_code == (0 if document["healthy"] else 1)
    for finding in document["findings"]:
        assert finding["state"] in ("ok", "warn", "fail")
        assert finding["why"]
        assert finding["fix"] or finding["state"] != "fail"


@pytest.mark.parametrize("module", ["up", "down", "status", "watch", "log", "clock"])
def test_what_is_asked_every_day_answers_without_loading_the_services(module: str) -> None:
    # Loading these took two CPU seconds for each command, and for each start of an installation.
    loaded = f"""
import sys
import deploy.cli.{module}
from deploy.cli.servers.rabbitmq_users import permissions

permissions()
print({{"sqlalchemy", "marshmallow", "eventlet"}} & set(sys.modules))
"""
    said = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    assert said.stdout.strip() == "set()"
