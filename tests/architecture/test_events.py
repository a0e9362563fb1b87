"""Only permitted events leave a service, and no consumer waits for an event that no service publishes."""

import json
from typing import Any

import pytest
from marshmallow import Schema, fields

from shared.events import published
from shared.events.contract import ALLOWED_KINDS, Emits, EventRefused, EventType

Described = dict[str, dict[str, Any]]
ALLOWED = {(kind.__module__, kind.__name__) for kind in ALLOWED_KINDS}


def test_each_field_of_each_event_is_of_a_kind_that_may_travel(described: Described) -> None:
    strangers = [
        f"{service}.{event['name']}.{field['name']}: {field['kind']}"
        for service, found in described.items()
        for event in found["emits"]
        for field in event["fields"]
        if (field["module"], field["kind"]) not in ALLOWED
    ]
    assert strangers == []


def test_each_service_emits_something(described: Described) -> None:
    assert [service for service, found in described.items() if not found["emits"]] == []


@pytest.mark.parametrize("kind", [fields.String(), fields.Email(), fields.Raw(), fields.Dict(), fields.Float()])
def test_a_field_of_another_kind_is_refused_when_the_service_is_imported(kind: fields.Field[Any]) -> None:
    leaky = type("Leaky", (Schema,), {"name_of_the_person": kind})
    with pytest.raises(EventRefused, match="name_of_the_person"):
        Emits("intake", EventType("contact.opened", leaky, "contact", "A contact was opened."))


def test_each_event_that_is_read_has_an_emitter(described: Described) -> None:
    emitted = {f"{service}.{event['name']}" for service, found in described.items() for event in found["emits"]}
    orphans = [
        f"{service} waits for {read['key']}"
        for service, description in described.items()
        for read in description["reads"]
        if read["key"] not in emitted
    ]
    assert orphans == []


def test_each_event_that_is_emitted_is_in_the_catalogue_of_this_release(described: Described) -> None:
    """A service ignores catalogued events that it does not read. Any other event raises an alarm."""
    emitted = {
        (service, event["name"], event["version"]) for service, found in described.items() for event in found["emits"]
    }
    assert emitted == published.types()


def test_a_reader_knows_the_version_that_is_sent(described: Described) -> None:
    sent = {
        (f"{service}.{event['name']}", event["version"])
        for service, found in described.items()
        for event in found["emits"]
    }
    unknown = [
        f"{service}: {each['key']} v{each['version']}"
        for service, found in described.items()
        for each in found["reads"]
        if (each["key"], each["version"]) not in sent
    ]
    assert unknown == []


def test_each_event_has_a_place_on_the_path_and_one_sentence_of_meaning(described: Described) -> None:
    bare = [
        f"{service}.{event['name']}"
        for service, found in described.items()
        for event in found["emits"]
        if not event["place"] or not event["meaning"].endswith(".")
    ]
    assert bare == []


#: Fields with which an event would identify two cases to every recipient.
OF_ANOTHER_CASE = frozenset(("kept", "alias", "other", "other_case", "case"))


def test_an_event_that_names_two_cases_stays_inside_the_installation(described: Described) -> None:
    names_two = {
        f"{service}.{event['name']}"
        for service, found in described.items()
        for event in found["emits"]
        if OF_ANOTHER_CASE & {field["name"] for field in event["fields"] if field["kind"] == "Reference"}
    }
    inside = {
        f"{service}.{event['name']}"
        for service, found in described.items()
        for event in found["emits"]
        if event["inside"]
    }
    assert names_two <= inside
    assert "intake.case.merged" in inside


def test_what_stays_inside_is_in_no_document_for_integrators(described: Described) -> None:
    for service, found in described.items():
        inside = [event["name"] for event in found["emits"] if event["inside"]]
        drawn = json.dumps(found["asyncapi"])
        assert [name for name in inside if name in drawn] == [], service
