"""Today's producers send, and today's consumers accept, the events of every release."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from marshmallow import RAISE, ValidationError

from deploy.cli.installation import SERVICES
from deploy.documents import broken_promises, generate
from deploy.documents.samples import breaches, sample
from services.registry import events_of
from shared.events.contract import Emits, EventType, Reads
from shared.events.envelope import Announcement, Event, from_document

HERE = Path(__file__).parent
KEPT = sorted(HERE.glob("*/*/*.json"))
EMITS: dict[str, Emits] = {service: events_of(service)[0] for service in SERVICES}
READS: dict[str, Reads] = {service: events_of(service)[1] for service in SERVICES}


def events(path: Path) -> list[Event]:
    return [from_document(each) for each in json.loads(path.read_text(encoding="utf-8"))["events"]]


def sent_again(event: Event) -> tuple[EventType, dict[str, Any]]:
    """Return the sample as the producer would send it today. Raises the errors of its schema."""
    emits = EMITS[event.source]
    declared = next(each for each in emits if (each.name, each.version) == (event.name, event.version))
    read = declared.schema(unknown=RAISE).load(event.data)
    return emits.check(Announcement(event.name, read, event.version))


def named(path: Path) -> str:
    return path.relative_to(HERE).with_suffix("").as_posix()


def test_there_are_samples_of_each_service() -> None:
    assert {path.parent.name for path in KEPT} == set(SERVICES)


@pytest.mark.parametrize("path", KEPT, ids=named)
def test_what_a_release_sent_is_what_its_producer_would_send_today(path: Path) -> None:
    for event in events(path):
        kind, data = sent_again(event)
        assert data == event.data
        assert kind.classification == event.classification


@pytest.mark.parametrize("path", KEPT, ids=named)
def test_each_consumer_reads_or_knowingly_ignores_each_event_of_a_release(path: Path) -> None:
    for event in events(path):
        for reads in [each for each in READS.values() if event.source in each.sources]:
            opened = reads.open(event)  # raises for an unknown type or version, and data that don't fit
            assert opened is None or opened.event is event


def test_each_sample_says_that_it_is_made_up() -> None:
    notices = [json.loads(path.read_text(encoding="utf-8"))["notice"] for path in KEPT]
    assert [each for each in notices if not each.startswith("Fictitious.")] == []


def test_no_version_has_changed_but_by_optional_fields() -> None:
    assert broken_promises(generate()) == []


def field(name: str, **different: Any) -> dict[str, Any]:
    return {"name": name, "kind": "Count", "many": False, "required": True, "nullable": False, **different}


def told(*fields: dict[str, Any]) -> dict[str, Any]:
    schema = {"properties": {each["name"]: {"type": "integer"} for each in fields}}
    event = {
        "name": "thing.noted",
        "version": 1,
        "classification": "case",
        "fields": fields,
        "closed": {"anyOf": [schema]},
    }
    return sample("intake", event)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (told(field("number"), field("more", required=False)), []),
        (None, ["is not declared any more; its events stand in logs for ever"]),
        (told(), ["has lost its field number"]),
        (told(field("number", required=False)), ["has changed its field number (required)"]),
        (told(field("number", nullable=True)), ["has changed its field number (nullable)"]),
        (told(field("number", kind="Flag")), ["has changed its field number (kind)"]),
        (told(field("number"), field("more")), ["has a new field more that is required"]),
    ],
)
def test_a_breach_of_a_version_is_named(now: dict[str, Any] | None, said: list[str]) -> None:
    assert breaches(told(field("number")), now) == said


def test_a_sample_has_all_fields_then_nulls_then_the_required_ones_alone() -> None:
    made = told(field("number", nullable=True), field("more", required=False))
    assert [each["data"] for each in made["events"]] == [
        {"number": 3, "more": 3},
        {"number": None, "more": 3},
        {"number": None},
    ]


def test_a_producer_that_lost_a_field_is_found_by_the_kept_sample() -> None:
    path = next(each for each in KEPT if each.stem == "case.closed.v1")
    [event] = events(path)
    with pytest.raises(ValidationError, match="a_lost_field"):
        sent_again(replace(event, data={**event.data, "a_lost_field": 1}))
