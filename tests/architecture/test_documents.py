"""The documents for integrators and operators match the running code."""

import json
import re
import subprocess
from fnmatch import fnmatch
from pathlib import PurePosixPath

import pytest

from deploy.cli.installation import SERVICES
from deploy.documents import BUILT, generate, stale
from deploy.documents.configuration import DOCKER, compose_variables
from services.registry import parts_of
from shared.operate.documents import asyncapi_of
from tests.architecture.source import CHECKOUT, DOCUMENTS, LINK

#: A document that `make documents` writes and git does not have.
BUILT_PATH = re.compile(rf"`{BUILT}/([\w./*<>-]*)`")
SCHEMAS = "shared/events/published/"


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return generate()


@pytest.fixture(scope="module")
def built(texts: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix(f"{BUILT}/"): text for name, text in texts.items() if name.startswith(f"{BUILT}/")}


def test_generated_documents_say_what_the_code_says(texts: dict[str, str]) -> None:
    assert stale(texts) == [], "run `make documents`"


def test_a_changed_setting_makes_its_document_stale(texts: dict[str, str]) -> None:
    changed = {**texts, "docs/reference/configuration.md": texts["docs/reference/configuration.md"] + "\n"}
    assert "docs/reference/configuration.md" in stale(changed)


def test_a_changed_event_makes_its_sample_stale(texts: dict[str, str]) -> None:
    samples = [name for name in texts if name.startswith("tests/contracts/")]
    without = {name: text for name, text in texts.items() if name != samples[0]}
    assert samples[0] in stale(without)
    assert samples[0] in stale({**texts, samples[0]: "{}\n"})


def test_the_order_of_fields_is_no_difference(texts: dict[str, str]) -> None:
    name = next(each for each in texts if each.startswith(f"{SCHEMAS}legal/matter.opened"))
    document = json.loads(texts[name])
    data = document["anyOf"][0]
    data["properties"] = dict(reversed(data["properties"].items()))
    data["required"].reverse()
    assert name not in stale({**texts, name: json.dumps(document)})
    data["required"].pop()
    assert name in stale({**texts, name: json.dumps(document)})


def test_a_checkout_without_the_built_documents_is_complete(texts: dict[str, str], built: dict[str, str]) -> None:
    assert {PurePosixPath(name).parts[0] for name in built} == {"asyncapi", "openapi", "events.md", "event-types.md"}
    assert [name for name in stale({name: f"{text}\n" for name, text in texts.items()}) if name.startswith(BUILT)] == []


def test_no_built_document_is_in_git() -> None:
    places = (BUILT, "docs/openapi", "docs/asyncapi", "docs/events.md", "docs/guides/agencies/event-types.md")
    listed = subprocess.run(["git", "ls-files", *places], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert listed.stdout == ""


@pytest.mark.parametrize("service", SERVICES)
def test_each_operation_is_in_the_list(service: str, texts: dict[str, str], built: dict[str, str]) -> None:
    listed = texts[f"tests/matrices/{service}-operations.txt"].partition("== bodies ==")[0].splitlines()
    stated = json.loads(built[f"openapi/{service}.json"])["paths"]
    for path, methods in stated.items():
        for method, operation in methods.items():
            codes = " ".join(sorted(operation["responses"]))
            assert f"{operation['operationId']} {method.upper()} {path} {codes}" in listed


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_serves_the_asyncapi_document_of_the_release(service: str, built: dict[str, str]) -> None:
    parts, service_class = parts_of(service)
    assert asyncapi_of(service_class, parts.following.emits) == json.loads(built[f"asyncapi/{service}.json"])


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_built_document_that_a_page_names_is_there(document: str, built: dict[str, str]) -> None:
    named = BUILT_PATH.findall((CHECKOUT / document).read_text(encoding="utf-8"))
    assert [name for name in named if not _is_there(name.replace("<service>", "legal"), built)] == []


def test_every_link_in_a_built_page_leads_to_a_built_document(built: dict[str, str]) -> None:
    links = {link for name, text in built.items() if name.endswith(".md") for link in LINK.findall(text)}
    assert [link for link in sorted(links) if not _is_there(link, built)] == []


def _is_there(name: str, built: dict[str, str]) -> bool:
    return any(fnmatch(each, f"{name}*" if name.endswith("/") or not name else name) for each in built)


def test_a_missing_built_document_is_found(built: dict[str, str]) -> None:
    assert not _is_there("openapi/desk.json", built)
    assert not _is_there("words.md", built)
    assert not _is_there("openapi/leg", built)


def test_each_variable_of_docker_compose_is_explained_and_no_other() -> None:
    assert set(compose_variables()) == set(DOCKER)
