"""deploy/kubernetes keeps the promises of docker-compose.yml: hardened pods, closed networks, the same settings.

Nothing is started: Kubernetes' schemas decide whether a document is valid. The library has no schemas for the resources
of the stores' operators (`OF_OPERATORS`); their important fields are checked here by name.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.cli.secret_files import FILES
from services import DESK, DESK_PORT, PORTS, PUBLIC, PUBLIC_PORT

CHECKOUT = Path(__file__).resolve().parents[2]
TOP = CHECKOUT / "deploy" / "kubernetes"
FOLDERS = (TOP / "base", TOP / "overlays" / "example")
PAGE = (CHECKOUT / "docs" / "guides" / "operate" / "kubernetes.md").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))
#: The oldest release of Kubernetes that the page supports, and the newest that was tested.
RELEASES = ("1.33", "1.37")
OF_OPERATORS = {"Cluster", "ObjectStore", "ScheduledBackup", "RabbitmqCluster"}
#: Settings of compose that are not passed here: they need a writable folder, or belong to an override.
LEFT_OUT = re.compile(
    r"KEY_ARCHIVE$|^CASEPATH_(BACKUP_RECORD|INSTRUMENTS|PROFILES|AGENCIES_BROKER|ALERTS_AGENCY|WEBHOOK_\w+)$"
)
Document = dict[str, Any]


def documents(folder: Path) -> Iterator[Document]:
    for path in sorted(folder.glob("*.yml")):
        # The library's C loader is fast: every process that collects tests reads all of these documents.
        yield from yaml.load_all(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def named(document: Document) -> str:
    return f"{document['kind']}/{document['metadata']['name']}"


BASE = {named(document): document for document in documents(FOLDERS[0])}
EVERYTHING = [document for folder in FOLDERS for document in documents(folder)]
WORKLOADS = [name for name in BASE if name.partition("/")[0] in ("Deployment", "Job")]
POLICIES = [document for document in EVERYTHING if document["kind"] == "NetworkPolicy"]


def pod_of(name: str) -> Document:
    template: Document = BASE[name]["spec"]["template"]
    return template


def variables(name: str) -> dict[str, str]:
    """Return the variables of a workload's container, including those of the settings."""
    [container] = pod_of(name)["spec"]["containers"]
    told = {variable["name"]: variable.get("value", "") for variable in container["env"]}
    return {**BASE["ConfigMap/settings"]["data"], **told} if container.get("envFrom") else told


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_kustomization_lists_each_file_beside_it(folder: Path) -> None:
    listed = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    assert sorted(name for name in listed if name.endswith(".yml")) == sorted(
        path.name for path in folder.glob("*.yml")
    )
    assert all((folder / name).exists() for name in listed)


@pytest.mark.parametrize("release", RELEASES)
def test_each_document_is_one_of_kubernetes(release: str) -> None:
    validator = pytest.importorskip("kubernetes_validate", reason="comes with requirements-dev.lock")
    for document in EVERYTHING:
        if document["kind"] not in OF_OPERATORS:
            validator.validate(document, release, strict=True)
    with pytest.raises(validator.ValidationError):
        validator.validate({**BASE["Service/intake"], "specs": {}}, release, strict=True)


def test_the_page_names_what_no_schema_covers_and_that_nobody_has_started_it() -> None:
    assert set(re.findall(r"`(\w+)`", PAGE)) >= OF_OPERATORS
    assert {document["kind"] for document in EVERYTHING if ".com/" in document["apiVersion"]} | {
        document["kind"] for document in EVERYTHING if "cnpg.io/" in document["apiVersion"]
    } == OF_OPERATORS
    assert "never started by us" in PAGE


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_pod_is_closed_and_bounded(name: str) -> None:
    pod = pod_of(name)["spec"]
    [container] = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"]) == (False, False)
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
    assert {"cpu", "memory", "ephemeral-storage"} <= container["resources"]["limits"].keys()
    writable = [mount["name"] for mount in container["volumeMounts"] if not mount.get("readOnly")]
    [tmp] = [volume for volume in pod["volumes"] if volume["name"] in writable]
    assert tmp["emptyDir"]["sizeLimit"]


@pytest.mark.parametrize("name", [name for name in WORKLOADS if name.startswith("Deployment/")])
def test_what_stays_is_looked_at_and_not_taken_away_all_at_once(name: str) -> None:
    [container] = pod_of(name)["spec"]["containers"]
    assert {"startupProbe", "livenessProbe", "readinessProbe"} <= container.keys()
    assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    labels = pod_of(name)["metadata"]["labels"]
    for kind in ("PodDisruptionBudget", "Service"):
        spec = BASE[f"{kind}/{name.partition('/')[2]}"]["spec"]
        assert (spec["selector"].get("matchLabels") or spec["selector"]).items() <= labels.items()
    budget = BASE[f"PodDisruptionBudget/{name.partition('/')[2]}"]["spec"]
    assert budget.get("minAvailable", 0) < BASE[name]["spec"]["replicas"], "a node could never be emptied"


def test_a_namespace_takes_no_pod_that_is_less_restricted() -> None:
    labels = BASE["Namespace/casepath"]["metadata"]["labels"]
    assert {labels[f"pod-security.kubernetes.io/{mode}"] for mode in ("enforce", "audit", "warn")} == {"restricted"}


def test_nothing_is_let_through_that_no_policy_names() -> None:
    nothing = BASE["NetworkPolicy/nothing"]["spec"]
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for name in WORKLOADS:
        labels = pod_of(name)["metadata"]["labels"]
        own = [
            policy["spec"]["podSelector"]["matchLabels"]
            for policy in BASE.values()
            if policy["kind"] == "NetworkPolicy" and policy["spec"]["podSelector"].get("matchLabels")
        ]
        assert [selector for selector in own if selector.items() <= labels.items()], name


def test_one_pod_of_ours_has_a_way_out_unless_an_overlay_opens_another() -> None:
    """Stores reach their operator and their backups, the desk its providers, and services no outside host."""
    open_to_all = {
        named(policy)
        for policy in POLICIES
        for rule in policy["spec"].get("egress", [])
        if not rule.get("to") or any("ipBlock" in place for place in rule["to"])
    }
    assert open_to_all & set(BASE) == {
        f"NetworkPolicy/{name}" for name in ("key-fetcher", "ring-sender", "stores", "rabbitmq", "web-desk")
    }
    assert open_to_all - set(BASE) == {"NetworkPolicy/webhooks"}
    fetcher = pod_of("Deployment/key-fetcher")["spec"]
    assert [volume["secret"]["secretName"] for volume in fetcher["volumes"] if "secret" in volume] == ["providers"]


@pytest.mark.parametrize("name", PORTS)
def test_a_service_is_told_what_compose_tells_it(name: str) -> None:
    here, there = variables(f"Deployment/{name}"), COMPOSE["services"][name]["environment"]
    assert here[f"CASEPATH_{name.upper()}_METRICS_LISTEN"] == f"0.0.0.0:{PORTS[name] + 10}"
    assert set(here) <= set(there), "compose knows each"
    left_out = {variable for variable in set(there) - set(here) if not LEFT_OUT.search(variable)}
    #: Compose repeats the default of each so that `.env` can change it; an overlay adds the ones that it changes.
    defaults = {variable for variable in left_out if f"${{{variable}:-" in str(there[variable])}
    assert left_out == defaults
    assert here[f"CASEPATH_{name.upper()}_LISTEN"] == f"0.0.0.0:{PORTS[name]}"
    assert [here[each] for each in here if each.endswith("_LISTEN")] == [
        there[each] for each in here if each.endswith("_LISTEN")
    ]
    assert {here[f"CASEPATH_{each.upper()}_URL"] for each in PORTS} == {
        f"http://{each}:{PORTS[each]}" for each in PORTS
    }


def test_the_desk_is_told_what_compose_tells_it() -> None:
    here, there = variables("Deployment/web-desk"), COMPOSE["services"]["web-desk"]["environment"]
    assert set(here) <= set(there)
    missing = {name for name in set(there) - set(here) if not LEFT_OUT.search(name)}
    assert {name for name in missing if f"${{{name}:-" not in str(there[name])} == set()
    listening = {name: value for name, value in here.items() if name.endswith("_LISTEN")}
    assert listening == {name: there[name] for name in listening}
    assert listening["CASEPATH_WEB_DESK_LISTEN"] == f"0.0.0.0:{DESK_PORT}"
    assert here["CASEPATH_WEB_DESK_ADDRESS"].startswith("https://")


def test_the_desk_reaches_the_services_and_its_own_store_alone() -> None:
    labels = pod_of("Deployment/web-desk")["metadata"]["labels"]
    assert "casepath.org/service" not in labels, "that label opens the broker and the key store"
    rules = BASE["NetworkPolicy/web-desk"]["spec"]["egress"]
    inside = [place["podSelector"]["matchLabels"] for rule in rules for place in rule.get("to", [])]
    assert inside == [{"casepath.org/service": "true"}, {"cnpg.io/cluster": "postgres"}]
    [letting_in] = BASE["NetworkPolicy/web-desk-to-postgres"]["spec"]["ingress"]
    assert letting_in["from"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "web-desk"}}}]
    [stores] = [rule for rule in BASE["NetworkPolicy/stores"]["spec"]["ingress"] if rule["ports"][1:] == []]
    assert "web-desk" not in str(stores)


def test_the_public_pages_are_told_what_compose_tells_them() -> None:
    here, there = variables("Deployment/web-public"), COMPOSE["services"]["web-public"]["environment"]
    assert set(here) <= set(there)
    assert {name for name in set(there) - set(here) if f"${{{name}:-" not in str(there[name])} == set()
    assert here["CASEPATH_WEB_PUBLIC_LISTEN"] == there["CASEPATH_WEB_PUBLIC_LISTEN"] == f"0.0.0.0:{PUBLIC_PORT}"
    assert here["CASEPATH_WEB_PUBLIC_ADDRESS"].startswith("https://")


@pytest.mark.hazard("H-PUBLIC-8", control="container-reaches-intake-only")
def test_the_public_pages_reach_intake_alone() -> None:
    labels = pod_of("Deployment/web-public")["metadata"]["labels"]
    assert "casepath.org/service" not in labels, "that label opens the broker and the key store"
    [rule] = BASE["NetworkPolicy/web-public"]["spec"]["egress"]
    assert rule == {
        "to": [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "intake"}}}],
        "ports": [{"protocol": "TCP", "port": PORTS["intake"]}],
    }
    volumes = pod_of("Deployment/web-public")["spec"]["volumes"]
    assert [each["secret"]["secretName"] for each in volumes if "secret" in each] == ["public-secret"]


def test_every_setting_that_is_handed_on_exists() -> None:
    documented = set(re.findall(r"`(CASEPATH_[A-Z_<>]+)`", (CHECKOUT / "docs/reference/configuration.md").read_text()))
    known = {
        name.replace("<SERVICE>", each.upper()) for name in documented for each in (*PORTS, DESK, PUBLIC, "key_fetcher")
    }
    told = {variable for name in WORKLOADS for variable in variables(name)}
    unknown = {variable for variable in told if variable.removesuffix("_FILE") not in known}
    # Settings of the migration only, as in compose; docs/guides/operate/database-roles.md documents them.
    of_migration = {variable for variable in unknown if variable in COMPOSE["services"]["migrate"]["environment"]}
    of_glibc = {"MALLOC_ARENA_MAX"}
    assert unknown - of_migration - of_glibc <= {"CASEPATH_KEY_FETCHER_LISTEN", "CASEPATH_RING_SENDER_LISTEN"}


def mounted(name: str) -> set[str]:
    """Return the secrets of a workload."""
    volumes = pod_of(name)["spec"]["volumes"]
    alone = {volume["secret"]["secretName"] for volume in volumes if "secret" in volume}
    projected = [source for volume in volumes for source in volume.get("projected", {}).get("sources", [])]
    return alone | {source["secret"]["name"] for source in projected}


def typed_secrets() -> dict[str, set[str]]:
    """Return the files below secrets/ that the page puts into each secret."""
    page = re.sub(r" *\\\n *", " ", PAGE)
    made: dict[str, set[str]] = {}
    for name, rest in re.findall(r"create secret generic (\S+) (.*)", page):
        for service in PORTS if "$name" in name + rest else ("",):
            files = re.findall(r"--from-file=(?:\w+=)?secrets/(\S+)", rest.replace("${name}", service))
            made[name.replace("$name", service)] = set(files)
    return made


@pytest.mark.parametrize("name", WORKLOADS)
def test_each_secret_is_one_that_the_page_makes_of_files_that_init_writes(name: str) -> None:
    secrets = typed_secrets()
    assert mounted(name) <= set(secrets)
    files = {file for secret in mounted(name) for file in secrets[secret]}
    assert files <= set(FILES)
    wanted = {
        Path(value).name
        for variable, value in variables(name).items()
        if variable.endswith("_FILE") and value.startswith("/run/")
    }
    assert wanted <= {Path(file).name for file in files}
    if name.startswith("Deployment/"):
        others = [each for each in PORTS if f"Deployment/{each}" != name]
        assert [file for file in files if file.startswith(tuple(others)) or "owner" in file] == []


def test_no_secret_stands_in_a_file() -> None:
    assert [named(document) for document in EVERYTHING if document["kind"] == "Secret"] == []


def test_images_have_the_names_and_versions_of_compose_and_an_overlay_pins_ours() -> None:
    assert {container["image"] for name in WORKLOADS for container in pod_of(name)["spec"]["containers"]} == {
        "casepath"
    }
    [image] = yaml.safe_load((FOLDERS[1] / "kustomization.yaml").read_text(encoding="utf-8"))["images"]
    assert (image["name"], image["digest"].partition(":")[0]) == ("casepath", "sha256")
    postgres = str(COMPOSE["services"]["postgres"]["image"]).rpartition(":")[2].strip("}")
    assert {BASE[f"Cluster/{name}"]["spec"]["imageName"].rpartition(":")[2] for name in ("postgres", "key-store")} == {
        postgres
    }
    assert BASE["RabbitmqCluster/rabbitmq"]["spec"]["image"] in str(COMPOSE["services"]["rabbitmq"]["image"])


def test_the_broker_is_bounded_as_in_docker() -> None:
    def settings(text: str) -> dict[str, str]:
        pairs = (line.partition(" = ") for line in text.splitlines() if line and not line.startswith("#"))
        return {key: value for key, _, value in pairs if key != "load_definitions"}

    broker = BASE["RabbitmqCluster/rabbitmq"]["spec"]
    ours = (CHECKOUT / "deploy/rabbitmq/20-casepath.conf").read_text(encoding="utf-8")
    assert settings(broker["rabbitmq"]["additionalConfig"]) == settings(ours)
    assert broker["replicas"] == 3


@pytest.mark.parametrize("name", ["postgres", "key-store"])
def test_databases_log_as_little_as_in_docker_and_survive_the_loss_of_a_machine(name: str) -> None:
    settings = BASE[f"Cluster/{name}"]["spec"]["postgresql"]
    quiet = dict(
        each.removeprefix("-c").split("=") for each in COMPOSE["services"][name]["command"] if "-clog_" in each
    )
    assert {key: value for key, value in settings["parameters"].items() if key.startswith("log_")} == quiet
    assert settings["synchronous"] == {"method": "any", "number": 1, "dataDurability": "required"}
    [service] = BASE[f"Cluster/{name}"]["spec"]["managed"]["services"]["additional"]
    assert (service["selectorType"], service["serviceTemplate"]["metadata"]["name"]) == ("rw", name)


def test_backups_of_keys_are_separate_and_deleted_after_the_days_erasure_promises() -> None:
    data, keys = BASE["ObjectStore/data-backups"]["spec"], BASE["ObjectStore/key-backups"]["spec"]
    for part in ("destinationPath", "s3Credentials"):
        assert data["configuration"][part] != keys["configuration"][part]
    # The retention begins with the last backup before this number of days; one backup is taken each day.
    days = int(keys["retentionPolicy"].removesuffix("d")) + 1
    assert days <= int(BASE["ConfigMap/settings"]["data"]["CASEPATH_KEY_DAYS"])
    assert re.fullmatch(r"\d+ \d+ \d+ \* \* \*", BASE["ScheduledBackup/key-store"]["spec"]["schedule"])


def test_what_is_public_is_what_the_proxy_of_docker_hands_on() -> None:
    proxy = (CHECKOUT / "deploy/proxy/nginx.conf").read_text(encoding="utf-8")
    handed_on = re.findall(r"location (?:= )?(\S+) \{\s+proxy_pass", proxy)
    [ingress] = [document for document in EVERYTHING if document["kind"] == "Ingress"]
    public = Counter(path["path"] for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"])
    # Every path of the desk and of the public pages; each site has a separate host.
    pages = {"desk.": "web-desk", "info.": "web-public"}
    assert handed_on.count("/") == len(pages)
    # One for each page, one for each service, and for agencies one at partners.
    of_agencies = dict.fromkeys(("/openapi-agencies.json", "/docs/agencies"), 1)
    expected = {path: len(pages) if path == "/" else len(PORTS) for path in handed_on}
    assert public == {**expected, **of_agencies}
    assert of_agencies.keys() <= expected.keys()
    for host, name in pages.items():
        [rule] = [each for each in ingress["spec"]["rules"] if each["host"].startswith(host)]
        assert [path["backend"]["service"]["name"] for path in rule["http"]["paths"]] == [name]
    assert {rule["host"] for rule in ingress["spec"]["rules"]} == set(ingress["spec"]["tls"][0]["hosts"])


def test_only_the_policy_of_monitoring_opens_the_metrics_port() -> None:
    def names(ports: list[Document]) -> set[str | int]:
        return {port["port"] for port in ports}

    for name in PORTS:
        [container] = pod_of(f"Deployment/{name}")["spec"]["containers"]
        assert {"name": "metrics", "containerPort": PORTS[name] + 10} in container["ports"]
        targets = {port["targetPort"] for port in BASE[f"Service/{name}"]["spec"]["ports"]}
        assert not targets & {"metrics", PORTS[name] + 10}
    letting_in = [
        named(policy)
        for policy in POLICIES
        for rule in policy["spec"].get("ingress", [])
        if not rule.get("ports") or names(rule["ports"]) & {"metrics", *range(8110, 8115)}
    ]
    assert letting_in == ["NetworkPolicy/from-prometheus"]
