"""What integrators and operators read is what runs."""

import json
from pathlib import Path

import pytest

from deploy.documents import generate, stale
from deploy.documents.configuration import DOCKER, compose_variables

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return generate()


def test_generated_documents_say_what_the_code_says(texts: dict[str, str]) -> None:
    assert stale(texts) == [], "run `make documents`"


def test_a_changed_event_makes_its_document_stale(texts: dict[str, str]) -> None:
    changed = {**texts, "docs/events.md": texts["docs/events.md"] + "\n"}
    assert "docs/events.md" in stale(changed)


def test_a_changed_event_makes_its_sample_stale(texts: dict[str, str]) -> None:
    samples = [name for name in texts if name.startswith("tests/contracts/")]
    without = {name: text for name, text in texts.items() if name != samples[0]}
    assert samples[0] in stale(without)
    assert samples[0] in stale({**texts, samples[0]: "{}\n"})


def test_the_order_of_fields_is_no_difference(texts: dict[str, str]) -> None:
    name = "docs/openapi/legal.json"
    document = json.loads(texts[name])
    schemas = document["components"]["schemas"]
    hearing = schemas["SetHearing"]
    hearing["properties"] = dict(reversed(hearing["properties"].items()))
    hearing["required"].reverse()
    assert name not in stale({**texts, name: json.dumps(document)})
    hearing["required"].pop()
    assert name in stale({**texts, name: json.dumps(document)})


def test_each_variable_of_docker_compose_is_explained_and_no_other() -> None:
    assert set(compose_variables()) == set(DOCKER)
