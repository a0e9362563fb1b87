"""A standby server with Docker: its preparation, and the server that commands query; `make lose-servers` kills one."""

import shutil
import subprocess
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from deploy.cli.init import write_secrets
from deploy.cli.installation import CHECKOUT, SERVICES, WEB, Installation
from deploy.cli.saving.reach import InDocker


@pytest.fixture
def checkout(installation: Installation) -> Path:
    """Return a checkout that will get a standby."""
    place = installation.checkout
    write_secrets(place, "training")
    shutil.copytree(CHECKOUT / "deploy" / "standby", place / "deploy" / "standby")
    return place


def prepare(checkout: Path) -> "subprocess.CompletedProcess[str]":
    script = checkout / "deploy" / "standby" / "prepare.sh"
    return subprocess.run([script], capture_output=True, text=True, check=False)


def texts(checkout: Path) -> dict[str, str]:
    files = [path for path in checkout.joinpath("secrets").rglob("*") if path.is_file()]
    return {str(path.relative_to(checkout / "secrets")): path.read_text(encoding="utf-8") for path in files}


@pytest.mark.promise("STORE-3")
def test_addresses_of_the_data_name_both_servers_and_nothing_else_changes(checkout: Path) -> None:
    before = texts(checkout)
    assert prepare(checkout).returncode == 0
    after = texts(checkout)
    assert after.pop("data-server/primary") == "postgres\n"
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {f"{name}{role}_database_url" for name in (*SERVICES, WEB) for role in ("", "_owner")}
    for name in changed:
        was, now = conninfo_to_dict(before[name]), conninfo_to_dict(after[name])
        places = {"host": "postgres,standby", "port": "5432,5432", "target_session_attrs": "read-write"}
        assert now == {**was, **places}


def test_it_may_be_prepared_again_and_then_who_takes_writes_stays(checkout: Path) -> None:
    prepare(checkout)
    checkout.joinpath("secrets", "data-server", "primary").write_text("standby\n", encoding="utf-8")
    prepared = texts(checkout)
    assert prepare(checkout).returncode == 0
    assert texts(checkout) == prepared


def test_an_address_of_a_server_of_your_own_is_left_as_it_is_and_named(checkout: Path) -> None:
    address = checkout / "secrets" / "intake_database_url"
    address.chmod(0o644)
    address.write_text("postgresql://intake:fictitious@db.example.org:5432/intake", encoding="utf-8")
    done = prepare(checkout)
    assert done.returncode == 1
    assert "secrets/intake_database_url" in done.stderr
    assert address.read_text(encoding="utf-8").endswith("@db.example.org:5432/intake")


def test_without_secrets_it_says_what_comes_first(checkout: Path) -> None:
    shutil.rmtree(checkout / "secrets")
    done = prepare(checkout)
    assert (done.returncode, "./casepath init" in done.stderr) == (1, True), done.stderr


@pytest.mark.promise("STORE-5")
def test_programs_of_postgresql_are_run_where_writes_are_taken(installation: Installation, checkout: Path) -> None:
    def server(database: str) -> str:
        command = InDocker(installation).call("psql", database).command
        return command[command.index(f"PGDATABASE={database}") + 1]

    assert server("intake") == "postgres"
    prepare(checkout)
    checkout.joinpath("secrets", "data-server", "primary").write_text("standby\n", encoding="utf-8")
    assert (server("intake"), server("intake_keys")) == ("standby", "key-store")


def test_a_second_init_leaves_the_addresses_and_who_takes_writes(checkout: Path) -> None:
    prepare(checkout)
    prepared = texts(checkout)
    again = write_secrets(checkout)
    assert (again.added, again.rewritten, again.removed) == ([], [], [])
    assert texts(checkout) == prepared
