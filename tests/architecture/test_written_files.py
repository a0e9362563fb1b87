"""What yamllint, hadolint and dclint would say of the files that operators read: nothing.

hadolint and dclint are no Python programs: what they look at is asked here, by the codes and names of their rules.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDERS = ("deploy", "docs", "services", "shared", "tests")
YAML = sorted(
    str(path.relative_to(CHECKOUT))
    for path in (
        *CHECKOUT.glob("*.y*ml"),
        *(each for folder in FOLDERS for each in (CHECKOUT / folder).rglob("*.y*ml")),
    )
    # `make contracts` installs others' programs beside what uses them.
    if path.suffix in {".yml", ".yaml"} and "node_modules" not in path.parts
)
COMPOSED = (
    "docker-compose.yml",
    "deploy/webhooks.yml",
    "deploy/rabbitmq/agencies.yml",
    "deploy/proxy.yml",
    "deploy/standby.yml",
    "deploy/postgres-18.yml",
    "deploy/rabbitmq/cluster.yml",
    "deploy/training.yml",
)


class Composed(yaml.SafeLoader):
    """Reads what compose reads: lists may be marked as taking the place of what another file has."""


Composed.add_constructor("!override", Composed.construct_sequence)


def instructions(text: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile, each on one line, without comments."""
    kept = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(kept))
    return [(name.upper(), rest.strip()) for name, _, rest in (line.partition(" ") for line in joined.splitlines())]


DOCKERFILE = instructions((CHECKOUT / "deploy" / "Dockerfile").read_text(encoding="utf-8"))


def of_kind(name: str) -> list[str]:
    return [rest for kind, rest in DOCKERFILE if kind == name]


def test_yamllint_has_nothing_to_say() -> None:
    assert YAML
    command = [sys.executable, "-m", "yamllint", "--strict", "-f", "parsable", *YAML]
    said = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


def test_each_image_is_named_with_a_version() -> None:
    defaults = dict(argument.partition("=")[::2] for argument in of_kind("ARG"))
    stages = {rest.split()[2] for rest in of_kind("FROM") if " AS " in rest}
    bases = [rest.split()[0] for rest in of_kind("FROM") if rest.split()[0] not in stages]
    named = [defaults.get(base.strip("${}"), base) for base in bases]
    assert [image for image in named if not re.search(r":[\w.-]+$|@sha256:", image)] == [], "DL3006"
    assert [image for image in named if image.endswith(":latest")] == [], "DL3007"


def test_nothing_is_fetched_by_the_build_but_what_is_locked() -> None:
    runs = of_kind("RUN")
    assert of_kind("ADD") == [], "DL3020: a copy is a copy"
    assert [run for run in runs if re.search(r"\b(apt|apt-get|apk|curl|wget|sudo)\b", run)] == [], "DL3004, DL3008"
    installs = [run for run in runs if "pip" in run and " install " in run]
    assert installs
    assert [run for run in installs if "--no-cache-dir" not in run] == [], "DL3042"
    assert [run for run in installs if "--require-hashes" not in run] == []


def test_what_runs_is_nobody_and_is_asked_to_stop_itself() -> None:
    last = max(index for index, (kind, _) in enumerate(DOCKERFILE) if kind == "FROM")
    final = DOCKERFILE[last:]
    users = [rest for kind, rest in final if kind == "USER"]
    assert users, "DL3002"
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1]), "DL3002: a number that is not root's"
    entry = [rest for kind, rest in final if kind in ("ENTRYPOINT", "CMD")]
    assert entry
    assert [rest for rest in entry if not rest.startswith("[")] == [], "DL3025: a shell would not pass a signal on"
    assert [rest for kind, rest in final if kind == "WORKDIR" and not rest.startswith("/")] == [], "DL3000"
    assert [run for run in of_kind("RUN") if re.match(r"cd\s", run)] == [], "DL3003: it ends with the line"


@pytest.mark.parametrize("file", COMPOSED)
def test_a_compose_file_is_as_dclint_would_have_it(file: str) -> None:
    text = (CHECKOUT / file).read_text(encoding="utf-8")
    composed: dict[str, Any] = yaml.load(text, Loader=Composed)  # noqa: S506 - it makes no more than SafeLoader does
    assert "version" not in composed, "no-version-field"
    services: dict[str, dict[str, Any]] = composed["services"]
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert [port for port in published if not isinstance(port, str)] == [], "no-unquoted ports: 22:22 is a number"
    assert len(published) == len(set(published)), "no-duplicate-exported-ports"
    names = [service["container_name"] for service in services.values() if "container_name" in service]
    assert len(names) == len(set(names)), "no-duplicate-container-names"
    images = [service["image"] for service in services.values() if "image" in service]
    unversioned = [image for image in images if not re.search(r":[^/]+\}?$|@sha256:", image) or ":latest" in image]
    assert unversioned == [], "service-image-require-explicit-tag"
    assert [key for service in services.values() for key in ("links", "network_mode") if key in service] == []
