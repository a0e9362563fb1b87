"""The settings of the command: one reader for all commands; the shell overrides `.env`."""

import ast
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from deploy.cli import desk, installation
from deploy.cli.__main__ import VERBS, casepath
from deploy.cli.compose import shell_of
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import CHECKOUT, USUAL_PORTS, Installation, here
from deploy.cli.options import SettingArgument, SettingOption
from deploy.cli.saving import drill, places
from deploy.cli.settings import settings, settings_written
from deploy.cli.staff import own_subject

#: The modules that read the process environment directly, and the reasons.
READ_THE_ENVIRONMENT = {
    "installation.py": "hands it to the one reader",
    "__main__.py": "hands it to the one reader, before a module with code lists is imported",
    "doctor.py": "hands all of it to a child process",
    "broker_rights.py": "a process of its own in a service's container",
    "provider.py": "fetch-keys: the process of a container",
    "notifiers.py": "send-rings: the process of a container",
    "migration.py": "a child process; its parent sets what it reads",
    "key_restore.py": "a child process; its parent sets what it reads",
    "saving/key_samples.py": "a child process; its parent sets what it reads",
}
STAFF = "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a temporary checkout in which the test writes `.env`; its folder is otherwise empty."""
    monkeypatch.setattr(installation, "CHECKOUT", tmp_path)
    monkeypatch.delenv("CASEPATH_HOME", raising=False)
    return tmp_path


def write(checkout: Path, **values: str) -> None:
    text = "".join(f"CASEPATH_{name}={value}\n" for name, value in values.items())
    checkout.joinpath(".env").write_text(text, encoding="utf-8")


def plant_keys(place: Path, age: timedelta) -> None:
    taken = datetime.now(UTC) - age
    folder = places.begin(place, f"{places.KEYS}{places.new_id(taken)}")
    places.finish(folder, places.new_manifest(places.new_id(taken), taken, "training"))


@pytest.mark.hazard("H-OPERATION-2", control="one-settings-reader")
def test_keys_are_kept_for_as_long_as_dot_env_promises(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, keys = checkout / "data", checkout / "keys"
    write(checkout, BACKUP_TO=str(data), BACKUP_KEYS_TO=str(keys), KEY_DAYS="3")
    plant_keys(keys, timedelta(days=5))
    listed = CliRunner().invoke(casepath, ["backup", "list", "--json"])
    assert (listed.exit_code, [each["expired"] for each in json.loads(listed.stdout)]) == (1, [True])
    plant_keys(keys, timedelta(days=1))
    pruned = CliRunner().invoke(casepath, ["backup", "prune", "--json"])
    assert len(json.loads(pruned.stdout)["forgotten"]) == 1
    monkeypatch.setenv("CASEPATH_KEY_DAYS", "soon")
    assert CliRunner().invoke(casepath, ["backup", "list"]).exit_code == 2


def test_the_recipient_of_dot_env_seals_the_backup(checkout: Path) -> None:
    write(checkout, BACKUP_TO=str(checkout / "data"), BACKUP_KEYS_TO=str(checkout / "keys"), BACKUP_KEY_DAYS="9")
    assert "--recipient" in CliRunner().invoke(casepath, ["backup"]).stderr
    write(
        checkout,
        BACKUP_TO=str(checkout / "data"),
        BACKUP_KEYS_TO=str(checkout / "keys"),
        BACKUP_KEY_DAYS="9",
        BACKUP_RECIPIENT="age1",
    )
    refused = CliRunner().invoke(casepath, ["backup"])
    assert (refused.exit_code, "9" in refused.stderr) == (2, True)


def test_the_shell_goes_before_dot_env_also_as_a_file(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(checkout, INTAKE_PORT="9101", STAFF_SUBJECT=STAFF, TOKEN="of-the-file", ENVIRONMENT="production")
    assert here().ports["intake"] == 9101
    assert own_subject() == STAFF
    monkeypatch.setenv("CASEPATH_INTAKE_PORT", "9201")
    monkeypatch.setenv("CASEPATH_TOKEN_FILE", "/some/file")
    found = here()
    assert found.ports["intake"] == 9201
    assert "CASEPATH_TOKEN" not in found.variables
    assert "CASEPATH_ENVIRONMENT" not in found.variables, "what an installation is, is recorded"


def test_an_installation_elsewhere_has_no_settings_of_the_checkout(tmp_path: Path) -> None:
    write(tmp_path, INTAKE_PORT="9101")
    shell = {"CASEPATH_HOME": "/elsewhere"}
    assert settings(tmp_path, shell) == shell


def test_values_are_read_as_docker_compose_reads_them(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# CASEPATH_A=no\nCASEPATH_B=\"3\"\nexport CASEPATH_C='$x # 1'\nCASEPATH_D=4 # days\n"
        "CASEPATH_E=${HOME}/of $CASEPATH_B\nCASEPATH_F=\n",
        encoding="utf-8",
    )
    assert settings_written(file, {"HOME": "/root"}) == {
        "CASEPATH_B": "3",
        "CASEPATH_C": "$x # 1",
        "CASEPATH_D": "4",
        "CASEPATH_E": "/root/of 3",
        "CASEPATH_F": "",
    }
    assert settings_written(tmp_path / "none") == {}
    with pytest.raises(CommandRefused):
        settings_written(tmp_path)


def test_docker_compose_reads_dot_env_itself(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(checkout, KEY_DAYS="3", INTAKE_PORT="9101")
    monkeypatch.setenv("CASEPATH_INTAKE_PORT", "9201")
    passed = shell_of(here())
    assert passed["CASEPATH_INTAKE_PORT"] == "9201"
    assert "CASEPATH_KEY_DAYS" not in passed


@pytest.mark.hazard("H-OPERATION-2", control="one-settings-reader")
def test_no_verb_reads_a_setting_past_the_reader() -> None:
    command = CHECKOUT / "deploy" / "cli"
    found = {
        str(file.relative_to(command))
        for file in command.rglob("*.py")
        if reads_environment(file.read_text(encoding="utf-8"))
    }
    assert found == READ_THE_ENVIRONMENT.keys()
    parameters = [parameter for verb in VERBS for parameter in all_parameters(command_of(verb))]
    named = [parameter for parameter in parameters if parameter.envvar]
    assert len(named) >= 8
    assert all(isinstance(parameter, (SettingOption, SettingArgument)) for parameter in named)


def reads_environment(source: str) -> bool:
    """Return whether the source reads more of the process environment than the search path of programs."""
    nodes = list(ast.walk(ast.parse(source)))
    uses = [node for node in nodes if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}]
    return len(uses) > source.count('os.environ.get("PATH"')


def command_of(verb: str) -> click.Command:
    command = casepath.get_command(click.Context(casepath), verb)
    assert command is not None
    return command


def all_parameters(command: click.Command) -> Iterator[click.Parameter]:
    yield from command.params
    for inner in getattr(command, "commands", {}).values():
        yield from all_parameters(inner)


def test_every_process_of_an_installation_uses_its_own_profiles(tmp_path: Path) -> None:
    mounted = {"CASEPATH_PROFILES": str(tmp_path)}
    ours = Installation(CHECKOUT, tmp_path / "state", dict(USUAL_PORTS), mounted)
    for variables in (desk._inherited(ours), drill._variables(ours, tmp_path)):
        assert mounted.items() <= variables.items()
