"""What integrators and operators read is what runs."""

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
    changed = {**texts, "events.md": texts["events.md"] + "\n"}
    assert "events.md" in stale(changed)


def test_each_variable_of_docker_compose_is_explained_and_no_other() -> None:
    assert set(compose_variables()) == set(DOCKER)
