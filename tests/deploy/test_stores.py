import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.cli.environment import service_environment
from deploy.cli.errors import CommandRefused, PortTaken
from deploy.cli.installation import SERVICES, Installation, here
from deploy.cli.keys import make_keys
from deploy.cli.stores import Stores, check_ports, needed_ports, port_is_free, stores_of

GIVEN = {
    **{f"CASEPATH_{name.upper()}_AMQP_URI": f"amqp://{name}@broker/vhost" for name in SERVICES},
    **{f"CASEPATH_{name.upper()}_DATABASE_URL": f"postgresql://host/{name}" for name in SERVICES},
    **{f"CASEPATH_{name.upper()}_KEYS_DATABASE_URL": f"postgresql://apart/{name}" for name in SERVICES},
}


def with_servers_given(installation: Installation, **more: str) -> tuple[Installation, Stores]:
    told = replace(installation, variables={**GIVEN, **more})
    return told, stores_of(told)


def test_a_port_in_use_is_told_with_its_variable_and_its_holder(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", installation.ports["postgres"])), pytest.raises(PortTaken) as refused:
        check_ports(installation, stores_of(installation))
    assert str(installation.ports["postgres"]) in refused.value.what
    assert str(os.getpid()) in refused.value.why
    assert "CASEPATH_POSTGRES_PORT=" in refused.value.next_step


def test_free_ports_are_no_matter(installation: Installation) -> None:
    check_ports(installation, stores_of(installation))
    assert all(port_is_free(port) for port in installation.ports.values())


def test_no_server_is_started_for_one_that_exists(installation: Installation) -> None:
    told, stores = with_servers_given(installation)
    assert (stores.postgres, stores.rabbitmq) == (None, None)
    assert needed_ports(told, stores) == list(SERVICES)
    assert stores.amqp_uri("legal") == "amqp://legal@broker/vhost"
    assert stores.database_url("legal") == "postgresql://host/legal"


def test_a_server_can_be_named_in_a_file(installation: Installation, tmp_path: Path) -> None:
    secret = tmp_path / "uri"
    secret.write_text("amqp://from-file/vhost\n", encoding="utf-8")
    stores = stores_of(replace(installation, variables={"CASEPATH_AMQP_URI_FILE": str(secret)}))
    assert stores.rabbitmq is None
    assert stores.amqp_uri("legal") == "amqp://from-file/vhost"
    assert stores.postgres is not None


def test_each_service_is_told_its_own_secrets_and_nobody_elses(installation: Installation) -> None:
    names = ("STAFF_SIGNING_KEY", "OPERATOR_SIGNING_KEY", "TOKEN")
    of_the_command = {f"CASEPATH_{name}": "secret" for name in names}
    told, stores = with_servers_given(installation, **of_the_command, CASEPATH_LOG_LEVEL="debug")
    environment = service_environment(told, stores, "legal")
    assert environment["CASEPATH_LEGAL_DATABASE_URL"] == "postgresql://host/legal"
    assert environment["CASEPATH_LEGAL_SIGNING_KEY_FILE"] == str(installation.keys / "legal.json")
    assert environment["CASEPATH_LOG_LEVEL"] == "debug"
    assert environment["CASEPATH_ENVIRONMENT"] == "training"
    assert not [name for name in environment if "TOKEN" in name]
    kinds = ("AMQP_URI", "DATABASE_URL", "SIGNING_KEY", "KEY_RING", "KEY_ARCHIVE")
    assert sorted(name for name in environment if any(kind in name for kind in kinds)) == [
        "CASEPATH_LEGAL_AMQP_URI",
        "CASEPATH_LEGAL_DATABASE_URL",
        "CASEPATH_LEGAL_KEYS_DATABASE_URL",
        "CASEPATH_LEGAL_KEY_ARCHIVE",
        "CASEPATH_LEGAL_KEY_RING_FILE",
        "CASEPATH_LEGAL_SIGNING_KEY_FILE",
    ]


@pytest.mark.promise("SEC-108")
def test_addresses_that_the_caller_does_not_give_are_told_in_files_that_only_we_read(
    installation: Installation,
) -> None:
    environment = service_environment(installation, Stores(GIVEN, None, None), "legal")
    names = ("CASEPATH_LEGAL_AMQP_URI", "CASEPATH_LEGAL_DATABASE_URL", "CASEPATH_LEGAL_KEYS_DATABASE_URL")
    files = {name: Path(environment[f"{name}_FILE"]) for name in names}
    assert {name: file.read_text(encoding="utf-8") for name, file in files.items()} == {
        name: GIVEN[name] for name in names
    }
    assert {file.stat().st_mode & 0o777 for file in files.values()} == {0o600}
    assert installation.addresses.stat().st_mode & 0o777 == 0o700
    assert set(environment.values()).isdisjoint(GIVEN.values())


def test_one_account_for_all_goes_to_those_that_have_none_of_their_own(installation: Installation) -> None:
    given = {"CASEPATH_AMQP_URI": "amqp://all@broker/vhost", "CASEPATH_LEGAL_AMQP_URI": "amqp://legal@broker/vhost"}
    told = replace(installation, variables=given)
    stores = stores_of(told)
    assert stores.rabbitmq is None
    assert [stores.amqp_uri(name) for name in ("intake", "legal")] == list(given.values())
    shown = {name: service_environment(told, Stores(GIVEN, None, None), name) for name in ("intake", "legal")}
    assert {each for each in shown["intake"] if "AMQP_URI" in each} == {"CASEPATH_AMQP_URI"}
    assert {each for each in shown["legal"] if "AMQP_URI" in each} == {"CASEPATH_LEGAL_AMQP_URI"}


def test_a_broker_for_one_service_alone_is_told_to_be_none_for_the_others(installation: Installation) -> None:
    stores = stores_of(replace(installation, variables={"CASEPATH_LEGAL_AMQP_URI": "amqp://legal@broker/vhost"}))
    with pytest.raises(CommandRefused, match="CASEPATH_INTAKE_AMQP_URI"):
        stores.amqp_uri("intake")


def test_the_file_in_which_0_1_0_told_one_password_to_all_goes(installation: Installation) -> None:
    installation.addresses.mkdir(parents=True)
    stale = installation.addresses / "legal-amqp_uri"
    stale.write_text("amqp://casepath:made-by-0.1.0@127.0.0.1/casepath", encoding="utf-8")
    service_environment(installation, Stores(GIVEN, None, None), "legal")
    assert not stale.exists()


def test_what_the_caller_sets_is_not_set_twice(installation: Installation) -> None:
    told, stores = with_servers_given(installation, CASEPATH_KEY_SET="{}", CASEPATH_ENVIRONMENT="production")
    environment = service_environment(told, stores, "intake")
    assert environment["CASEPATH_ENVIRONMENT"] == "production"
    assert "CASEPATH_KEY_SET_FILE" not in environment


def test_keys_stay_and_only_we_can_read_them(installation: Installation) -> None:
    make_keys(installation.keys, "training")
    first = {each.name: each.read_text(encoding="utf-8") for each in installation.keys.iterdir()}
    make_keys(installation.keys, "training")
    assert first == {each.name: each.read_text(encoding="utf-8") for each in installation.keys.iterdir()}
    rings = [f"{name}-ring.json" for name in SERVICES]
    keys = [f"{name}.json" for name in (*SERVICES, "key-set", "operator", "staff")]
    assert sorted(first) == sorted(["subject-key", "public-secret", *rings, *keys])
    assert {each.stat().st_mode & 0o777 for each in installation.keys.iterdir()} == {0o600}
    assert '"d"' not in first["key-set.json"]


def test_ports_and_home_come_from_the_environment(tmp_path: Path) -> None:
    found = here(
        {"CASEPATH_EPMD_PORT": "9158", "CASEPATH_LEGAL_LISTEN": "0.0.0.0:9102", "CASEPATH_HOME": str(tmp_path)}
    )
    assert (found.ports["epmd"], found.ports["legal"], found.home) == (9158, 9102, tmp_path)


@pytest.mark.parametrize("value", ["none", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused_by_its_name(value: str) -> None:
    with pytest.raises(CommandRefused, match="CASEPATH_POSTGRES_PORT"):
        here({"CASEPATH_POSTGRES_PORT": value})
