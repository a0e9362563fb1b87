"""docker-compose.yml keeps its promises: closed containers, loopback ports, secrets in files."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.cli.init import write_secrets
from deploy.cli.installation import BACKUP_RECORD
from deploy.cli.servers.postgres import SETTINGS
from deploy.cli.service_metrics import IN_DOCKER
from services import DESK_PORT, PORTS, PUBLIC_PORT
from shared.reference.words import LANGUAGES, PUBLIC_LANGUAGES

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
#: The path at which containers read the installation's profiles.
PROFILES = "/etc/casepath/profiles"
PROMETHEUS = yaml.safe_load((CHECKOUT / "deploy" / "monitoring" / "prometheus.yml").read_text(encoding="utf-8"))
ASKED_BY_PROMETHEUS = {job["job_name"]: job for job in PROMETHEUS["scrape_configs"]}
SUPERUSERS = ("postgres_password", "key_store_password")
#: The minimum of docs/guides/operate/install.md.
LEAST_CORES = 2
DOCKERFILE = (CHECKOUT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
OVERRIDES = (
    "deploy/webhooks.yml",
    "deploy/rabbitmq/agencies.yml",
    "deploy/proxy.yml",
    "deploy/standby.yml",
    "deploy/postgres-18.yml",
    "deploy/rabbitmq/cluster.yml",
    "deploy/training.yml",
)
_PORT = re.compile(r"\$\{(\w+):-")
LONG_RUNNING = sorted(set(SERVICES) - {"migrate"})


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_is_closed(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] not in ("root", "0", "0:0")
    assert not service.get("privileged")
    assert "cap_add" not in service


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_takes_no_more_than_its_share_of_the_machine(name: str) -> None:
    service = SERVICES[name]
    assert service["mem_limit"]
    assert 0 < service["cpus"] <= LEAST_CORES, "compose starts nothing on a machine that has fewer"
    assert 0 < service["pids_limit"] <= 1024


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_ports_are_open_to_this_machine_only(name: str) -> None:
    assert [port for port in SERVICES[name].get("ports", []) if not port.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_container_that_stays_has_a_health_check(name: str) -> None:
    [kind, program, *_] = SERVICES[name]["healthcheck"]["test"]
    assert kind == "CMD"
    assert program in ("bash", "pg_isready", "wget"), "each look starts it anew: no Python, no Erlang machine"


@pytest.mark.parametrize("name", PORTS)
def test_a_service_is_asked_whether_it_is_ready_at_its_own_port(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"] == ["CMD", "bash", "/casepath/deploy/ready.sh", str(PORTS[name])]


@pytest.mark.promise("MONITOR-4")
@pytest.mark.parametrize("name", PORTS)
def test_prometheus_scrapes_each_service_at_a_port_that_is_not_published(name: str) -> None:
    port, service = IN_DOCKER[name], SERVICES[name]
    assert service["environment"][f"CASEPATH_{name.upper()}_METRICS_LISTEN"] == f"0.0.0.0:{port}"
    assert [str(PORTS[name])] == [published.rpartition(":")[2] for published in service["ports"]]
    [place] = [each for each in ASKED_BY_PROMETHEUS["casepath"]["dns_sd_configs"] if each["names"] == [name]]
    assert place["port"] == port
    assert set(service["networks"]) & set(SERVICES["prometheus"]["networks"]) >= {"exchange"}


def test_one_build_makes_the_one_image_of_all() -> None:
    assert [name for name, service in SERVICES.items() if "build" in service] == ["migrate"]
    ours = {name for name, service in SERVICES.items() if service["image"] == SERVICES["migrate"]["image"]}
    assert ours == {*PORTS, "migrate", "key-fetcher", "ring-sender", "web-desk", "web-public"}


@pytest.mark.parametrize("name", ["postgres", "key-store"])
def test_a_database_server_logs_as_little_of_what_was_entered_as_a_private_one(name: str) -> None:
    quiet = {f"-c{key}={value}" for key, value in SETTINGS.items() if key.startswith("log_") and value}
    assert quiet == {each for each in SERVICES[name]["command"] if each.startswith("-clog_")}


def test_the_image_has_labels_and_only_the_locales_of_our_languages() -> None:
    labels = set(re.findall(r"org\.opencontainers\.image\.(\w+)=", DOCKERFILE))
    assert labels >= {"title", "licenses", "version", "revision", "source"}
    kept = re.search(r"! -regex '\.\*/\(root\|\(([a-z|]+)\)", DOCKERFILE)
    assert kept is not None
    assert set(kept[1].split("|")) == {*LANGUAGES, *PUBLIC_LANGUAGES}
    assert not re.search(r"^(ADD|USER (root|0))\b|:latest\b|apt-get|curl ", DOCKERFILE, re.MULTILINE)
    entering = [line.removeprefix("!") for line in CHECKOUT.joinpath(".dockerignore").read_text().splitlines()]
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert {name for names in copied for name in names.split()} - {"shared/__init__.py"} <= set(entering)


@pytest.mark.parametrize("name", ["intake", "legal", "support", "partners"])
def test_a_service_gets_its_own_database_and_key_only(name: str) -> None:
    others = {"intake", "legal", "support", "partners"} - {name}
    assert [secret for secret in SERVICES[name]["secrets"] if secret.startswith(tuple(others))] == []
    assert not [secret for secret in SERVICES[name]["secrets"] if secret.startswith(("staff", "postgres"))]


@pytest.mark.promise("SEC-55")
def test_no_container_has_a_key_of_the_command() -> None:
    files = {name: Path(secret["file"]).name for name, secret in COMPOSE["secrets"].items()}
    assert not [name for name, file in files.items() if file.startswith(("operator", "staff"))]
    mounted = [volume for service in SERVICES.values() for volume in service.get("volumes", [])]
    assert not [volume for volume in mounted if volume.startswith(("./secrets:", "./secrets/:", "./:", ".:"))]


@pytest.mark.promise("SEC-109")
@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_secret_stands_in_the_file(name: str) -> None:
    secret = re.compile(r"PASSWORD$|SIGNING_KEY$|SUBJECT_KEY$|DATABASE_URL$|AMQP_URI$|KEY_SET$|KEY_RING$|TOKEN$")
    assert [variable for variable in SERVICES[name].get("environment", {}) if secret.search(variable)] == []


def test_the_stores_are_on_a_network_that_leads_nowhere() -> None:
    assert COMPOSE["networks"]["exchange"]["internal"] is True
    assert COMPOSE["networks"]["desk"]["internal"] is True
    assert SERVICES["postgres"]["networks"] == ["exchange", "desk"]
    assert SERVICES["key-store"]["networks"] == ["exchange"]


@pytest.mark.promise("SEC-34")
def test_the_desk_reaches_only_the_services_its_database_and_the_providers() -> None:
    desk = SERVICES["web-desk"]
    within = {name for name in SERVICES if "desk" in SERVICES[name].get("networks", [])}
    assert within == {*PORTS, "postgres", "web-desk", "prometheus"}
    assert {name for name in SERVICES if "desk-outside" in SERVICES[name].get("networks", [])} == {"web-desk"}
    assert desk["networks"] == ["desk", "desk-outside"]
    assert desk["secrets"] == ["providers", "web_database_url"]
    assert desk["volumes"] == [
        "./secrets/rings/web:/run/key-ring:ro",
        f"${{CASEPATH_PROFILES:-./deploy/profiles}}:{PROFILES}:ro",
    ]
    assert desk["healthcheck"]["test"][-1] == str(DESK_PORT)
    assert [port.rpartition(":")[2] for port in desk["ports"]] == [str(DESK_PORT)]


@pytest.mark.hazard("H-PUBLIC-8", control="container-reaches-intake-only")
def test_the_public_pages_reach_intake_and_nothing_else_and_have_one_secret() -> None:
    public = SERVICES["web-public"]
    assert public["networks"] == ["public", "public-door"]
    assert {name for name in SERVICES if "public" in SERVICES[name].get("networks", [])} == {
        "intake",
        "web-public",
        "prometheus",
    }
    assert {name for name in SERVICES if "public-door" in SERVICES[name].get("networks", [])} == {"web-public"}
    assert COMPOSE["networks"]["public"]["internal"] is True
    assert public["secrets"] == ["public_secret"]
    assert "volumes" not in public
    assert [name for name in public["environment"] if name.endswith("_URL")] == ["CASEPATH_INTAKE_URL"]
    assert public["healthcheck"]["test"][-1] == str(PUBLIC_PORT)
    assert [port.rpartition(":")[2] for port in public["ports"]] == [str(PUBLIC_PORT)]


def test_the_public_pages_run_only_where_their_address_is_set() -> None:
    assert SERVICES["web-public"]["scale"] == "0${CASEPATH_WEB_PUBLIC_ADDRESS:+1}"


def test_prometheus_scrapes_the_desk_at_a_port_that_is_not_published() -> None:
    [place] = [each for each in ASKED_BY_PROMETHEUS["casepath"]["dns_sd_configs"] if each["names"] == ["web-desk"]]
    assert SERVICES["web-desk"]["environment"]["CASEPATH_WEB_DESK_METRICS_LISTEN"] == f"0.0.0.0:{place['port']}"
    assert place["port"] != DESK_PORT


def test_the_desk_runs_only_where_its_address_is_set() -> None:
    assert SERVICES["web-desk"]["scale"] == "0${CASEPATH_WEB_DESK_ADDRESS:+1}"
    assert SERVICES["web-desk"]["environment"]["CASEPATH_WEB_DESK_ADDRESS"] == "${CASEPATH_WEB_DESK_ADDRESS:-}"


@pytest.mark.promise("SEC-34")
def test_only_the_desk_and_two_containers_without_a_database_reach_the_internet() -> None:
    leading_out = {
        network
        for network, found in COMPOSE["networks"].items()
        if not (found or {}).get("internal")
        and (found or {}).get("driver_opts", {}).get("com.docker.network.bridge.enable_ip_masquerade") != "false"
    }
    reaching = {each: leading_out & set(SERVICES[each].get("networks", ["default"])) for each in SERVICES}
    assert {each: networks for each, networks in reaching.items() if networks} == {
        "key-fetcher": {"outside"},
        "ring-sender": {"outside"},
        "web-desk": {"desk-outside"},
    }


@pytest.mark.promise("SEC-34")
@pytest.mark.parametrize(
    ("name", "secret", "asked_by", "variable", "port"),
    [
        ("key-fetcher", "providers", frozenset(PORTS), "CASEPATH_KEY_FETCHER", 8105),
        ("ring-sender", "key_set", frozenset(("partners",)), "CASEPATH_RING_SENDER", 8107),
    ],
)
def test_a_container_with_a_way_out_has_no_store_beside_it(
    name: str, secret: str, asked_by: frozenset[str], variable: str, port: int
) -> None:
    container = SERVICES[name]
    assert container["secrets"] == [secret]
    assert "ports" not in container
    assert "volumes" not in container
    [inside] = set(container["networks"]) - {"outside"}
    assert COMPOSE["networks"][inside]["internal"] is True
    assert {each for each in SERVICES if inside in SERVICES[each].get("networks", [])} == {name, *asked_by}
    assert all(SERVICES[each]["environment"][variable] == f"http://{name}:{port}" for each in asked_by)


@pytest.mark.hazard("H-OPERATION-8", control="key-fetcher-always-runs")
def test_no_choice_of_profiles_leaves_out_what_an_installation_needs() -> None:
    """`COMPOSE_PROFILES` in `.env` and `--profile` replace each other: a profile is for extras only."""
    in_profiles = {name for name, service in SERVICES.items() if "profiles" in service}
    assert in_profiles == {"prometheus", "alertmanager", "grafana"}


def test_the_outcome_of_a_backup_is_where_intake_reads_it() -> None:
    [mounted] = [each for each in SERVICES["intake"]["volumes"] if each.startswith("./secrets/backup:")]
    record = Path(SERVICES["intake"]["environment"]["CASEPATH_BACKUP_RECORD"])
    assert mounted.split(":")[1:] == [str(record.parent), "ro"]
    assert record.name == BACKUP_RECORD.name
    others = [name for name in PORTS if "CASEPATH_BACKUP_RECORD" in SERVICES[name]["environment"]]
    assert others == ["intake"]


def named_volumes(service: dict[str, Any]) -> set[str]:
    return {each.partition(":")[0] for each in service.get("volumes", [])} & set(COMPOSE["volumes"])


def test_keys_are_kept_apart_from_the_data() -> None:
    assert named_volumes(SERVICES["postgres"]) == {"stores"}
    assert named_volumes(SERVICES["key-store"]) == {"key-stores"}
    others = [named_volumes(SERVICES[name]) for name in SERVICES if name not in ("postgres", "key-store")]
    assert not [each for each in others if each & {"stores", "key-stores"}]
    assert not set(SERVICES["postgres"]["secrets"]) & set(SERVICES["key-store"]["secrets"])


@pytest.mark.parametrize("name", ["intake", "legal", "support", "partners"])
def test_a_service_archives_its_keys_on_a_volume_of_its_own_and_reads_its_own_ring(name: str) -> None:
    told, own = SERVICES[name]["environment"], f"CASEPATH_{name.upper()}"
    # Only support reads the installation's own questionnaires, and only intake reads the record of backups. No
    # container writes either.
    more = {"support": ":/etc/casepath/instruments:ro", "intake": ":/run/backup:ro"}.get(name, "none")
    added = [volume for volume in SERVICES[name]["volumes"] if volume.endswith(more)]
    assert len(added) == (name in ("support", "intake"))
    profiles = [volume for volume in SERVICES[name]["volumes"] if volume.endswith(f":{PROFILES}:ro")]
    assert len(profiles) == 1
    assert [volume for volume in SERVICES[name]["volumes"] if volume not in (*added, *profiles)] == [
        f"./secrets/rings/{name}:{Path(told[f'{own}_KEY_RING_FILE']).parent}:ro",
        f"{name}-key-archive:{told[f'{own}_KEY_ARCHIVE']}",
    ]
    assert f"-m 0700 {told[f'{own}_KEY_ARCHIVE']}" in (CHECKOUT / "deploy" / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["migrate", "intake", "legal", "support", "partners", "web-desk"])
def test_each_container_that_knows_the_law_reads_the_same_profiles(name: str) -> None:
    assert SERVICES[name]["environment"]["CASEPATH_PROFILES"] == PROFILES
    assert f"${{CASEPATH_PROFILES:-./deploy/profiles}}:{PROFILES}:ro" in SERVICES[name]["volumes"]


def test_init_writes_each_secret_that_is_mounted_and_each_setting_that_is_needed(tmp_path: Path) -> None:
    written = set(write_secrets(tmp_path, "training").added)
    mounted = {each["file"] for each in COMPOSE["secrets"].values() if each["file"].startswith("secrets/")}
    assert mounted <= written
    folders = [each.partition(":")[0] for name in SERVICES for each in SERVICES[name].get("volumes", [])]
    mounts = {each.removeprefix("./") for each in folders if each.startswith("./secrets/")}
    assert [each for each in mounts if not tmp_path.joinpath(each).is_dir()] == [], "or Docker makes them, as root"
    rings = {f"{each}/ring.json" for each in mounts if each.startswith("secrets/rings/")}
    assert rings
    assert rings <= written
    settings = (tmp_path / ".env").read_text(encoding="utf-8")
    needed = set(re.findall(r"\$\{(\w+):\?", (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")))
    assert {name for name in needed if f"{name}=" not in settings} == set()


def test_each_service_has_databases_with_a_runtime_role_and_an_owner_role() -> None:
    databases = [*(f"{name}{kind}" for name in PORTS for kind in ("", "_keys")), "web"]
    addresses = [f"{name}{role}_database_url" for name in databases for role in ("", "_owner")]
    assert sorted(addresses) == sorted({*SERVICES["migrate"]["secrets"]} - set(SUPERUSERS))
    environment = SERVICES["migrate"]["environment"]
    variables = {name: name.upper().replace("WEB_", "WEB_DESK_") for name in addresses}
    assert {environment[f"CASEPATH_{variables[name]}_FILE"] for name in addresses} == {
        f"/run/secrets/{name}" for name in addresses
    }


@pytest.mark.promise("SEC-41")
def test_who_owns_tables_and_who_is_superuser_is_known_to_nobody_but_who_migrates() -> None:
    knows = {
        name: [secret for secret in service.get("secrets", []) if "_owner_" in secret or secret in SUPERUSERS]
        for name, service in SERVICES.items()
        if name != "migrate"
    }
    assert {name: secrets for name, secrets in knows.items() if secrets} == {
        "postgres": ["postgres_password"],
        "key-store": ["key_store_password"],
    }


def _merged(*overrides: str) -> dict[str, Any]:
    """Return the containers as compose merges them: an override adds ports, volumes and networks."""
    services = {name: dict(service) for name, service in SERVICES.items()}
    for path in overrides:
        for name, changed in yaml.safe_load((CHECKOUT / path).read_text(encoding="utf-8"))["services"].items():
            for key, values in changed.items():
                services[name][key] = [*dict.fromkeys([*services[name].get(key, []), *values])]
    return services


@pytest.mark.promise("SEC-34")
def test_only_deploy_webhooks_gives_partners_and_no_other_service_a_route_out() -> None:
    def outside(services: dict[str, Any]) -> set[str]:
        return {name for name, service in services.items() if "outside" in service.get("networks", [])}

    assert outside(_merged()) == {"key-fetcher", "ring-sender"}
    opened = _merged("deploy/webhooks.yml")
    assert outside(opened) == {"key-fetcher", "ring-sender", "partners"}
    assert opened["partners"]["networks"] == [*SERVICES["partners"]["networks"], "outside"]


@pytest.mark.promise("PROXY-7")
def test_the_proxy_is_closed_like_every_container_and_is_who_the_services_believe() -> None:
    override = yaml.safe_load((CHECKOUT / "deploy" / "proxy.yml").read_text(encoding="utf-8"))["services"]
    proxy = override.pop("proxy")
    ours = SERVICES["prometheus"]
    assert all(
        proxy[key] == ours[key] for key in ("read_only", "cap_drop", "security_opt", "init", "restart", "logging")
    )
    assert proxy["mem_limit"]
    assert proxy["pids_limit"]
    assert set(override) == {*PORTS, "web-desk", "web-public"}
    header = "CASEPATH_TRUSTED_HEADER"
    assert {service["environment"][header] for service in override.values()} == {"X-Forwarded-For"}
    configuration = (CHECKOUT / "deploy" / "proxy" / "nginx.conf").read_text(encoding="utf-8")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in configuration
    assert dict(re.findall(r"~\^(\w+)\\\. \1:(\d+);", configuration)) == {name: str(PORTS[name]) for name in PORTS}
    assert f"set $desk web-desk:{DESK_PORT};" in configuration
    assert {"exchange", "desk"} <= set(proxy["networks"])


def test_a_standby_copies_the_server_container_with_its_own_volume_and_the_scripts() -> None:
    override = yaml.safe_load((CHECKOUT / "deploy" / "standby.yml").read_text(encoding="utf-8"))
    postgres, standby = override["services"]["postgres"], override["services"]["standby"]
    assert standby["extends"] == {"file": "docker-compose.yml", "service": "postgres"}
    assert standby["entrypoint"][2:] == postgres["entrypoint"][2:][::-1] == ["standby", "postgres"]
    assert set(standby["volumes"]) - set(postgres["volumes"]) == {"standby-stores:/var/lib/postgresql/data"}
    assert set(override["volumes"]) == {"standby-stores"}
    # It opens no port: its other keys are only its start command and its health check.
    assert set(standby) == {"extends", "entrypoint", "volumes", "healthcheck"}


@pytest.mark.promise("STORE-4")
def test_broker_nodes_have_own_names_and_volumes_and_one_shared_alias() -> None:
    written = (CHECKOUT / "deploy" / "rabbitmq" / "cluster.yml").read_text(encoding="utf-8")
    services = yaml.safe_load(written.replace("!override ", ""))["services"]
    nodes = {name: service for name, service in services.items() if name not in PORTS}
    names = {service["hostname"] for service in nodes.values()}
    configuration = (CHECKOUT / "deploy" / "rabbitmq" / "40-cluster.conf").read_text(encoding="utf-8")
    assert sorted(names) == re.findall(r"nodes\.\d = rabbit@(\S+)$", configuration, re.MULTILINE)
    known_as = {name: {name, *service["networks"]["exchange"]["aliases"]} for name, service in nodes.items()}
    assert all({nodes[name]["hostname"], "rabbitmq"} <= names for name, names in known_as.items())
    added = {name: set(service["volumes"]) - set(nodes["rabbitmq"]["volumes"]) for name, service in nodes.items()}
    assert added == {
        "rabbitmq": set(),  # its usual volume
        "rabbitmq-2": {"broker-2:/var/lib/rabbitmq"},
        "rabbitmq-3": {"broker-3:/var/lib/rabbitmq"},
    }
    assert {name for name, service in services.items() if "depends_on" in service} == set(PORTS)
    # A slow resolver that cannot find a lost node would block the remaining nodes.
    assert [service["dns"] for service in nodes.values()] == [["127.0.0.1"]] * len(nodes)


@pytest.mark.promise("UPGRADE-10")
def test_postgresql_18_has_own_volumes_at_a_path_that_its_user_can_write() -> None:
    written = (CHECKOUT / "deploy" / "postgres-18.yml").read_text(encoding="utf-8")
    services = yaml.safe_load(written.replace("!override ", ""))["services"]
    assert {name: service["volumes"] for name, service in services.items()} == {
        "postgres": ["stores-18:/var/lib/postgresql"],
        "key-store": ["key-stores-18:/var/lib/postgresql"],
    }
    # These replace the volumes of 17.
    assert written.count("volumes: !override [") == len(services)
    assert {service["environment"]["PGDATA"] for service in services.values()} == {"/var/lib/postgresql/18/docker"}


@pytest.mark.parametrize("overrides", [(), *((each,) for each in OVERRIDES), OVERRIDES], ids="+".join)
def test_compose_takes_the_file_alone_and_with_each_override_that_is_shipped(overrides: tuple[str, ...]) -> None:
    version = ["docker", "compose", "version"]
    if not shutil.which("docker") or subprocess.run(version, capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not installed here; what the files say is looked at above")
    files = [argument for file in ("docker-compose.yml", *overrides) for argument in ("-f", file)]
    asked = ["docker", "compose", *files, "--profile", "*", "config", "-q"]
    environment = {**os.environ, "CASEPATH_ENVIRONMENT": "training"}
    done = subprocess.run(asked, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "no setting is without a default"


def test_installations_that_run_side_by_side_publish_no_port_twice() -> None:
    published = {found for each in SERVICES.values() for port in each.get("ports", []) for found in _PORT.findall(port)}
    monitoring = {"CASEPATH_PROMETHEUS_PORT", "CASEPATH_ALERTMANAGER_PORT", "CASEPATH_GRAFANA_PORT"}
    chosen = [
        dict(re.findall(r"\b(CASEPATH_\w+_PORT)=(\d+)", (CHECKOUT / ".ci" / name).read_text(encoding="utf-8")))
        for name in ("journeys-in-docker", "upgrade-in-docker", "desk-in-docker", "production-in-docker")
    ]
    for ports in chosen:
        assert published - monitoring <= ports.keys()
    taken = [port for ports in chosen for port in ports.values()]
    assert len(taken) == len(set(taken))
