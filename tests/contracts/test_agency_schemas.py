"""The events that agencies receive match their generated schemas, for each set of data that an agency can receive."""

import json
from typing import Any

from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from shared.events import agency_asyncapi, agency_schemas, published
from shared.events.envelope import agency_schema_address, type_of
from shared.events.outside import OutsideType
from shared.reference import codes
from tests.contracts.sent import CODES, HANDED, documents, sample_data


def _schema(kind: OutsideType, version: int) -> Any:
    text = published.schema(agency_schema_address(kind.service, kind.name, version))
    assert text is not None
    return json.loads(text)


@given(handed=st.sampled_from(HANDED), allowed=st.frozensets(st.sampled_from(list(codes("data_category")))))
def test_what_is_left_of_an_event_is_as_its_schema_says(
    handed: tuple[OutsideType, int], allowed: frozenset[str]
) -> None:
    kind, version = handed
    validator = Draft202012Validator(_schema(kind, version))
    for data in sample_data(kind):
        handed_out = kind.in_version(version, kind.cut(data, allowed), CODES)
        assert handed_out is not None
        assert [error.message for error in validator.iter_errors(handed_out)] == []
    assert validator.is_valid({}), "nothing may be told of it any more, or references alone were asked for"


def test_there_is_a_schema_for_what_is_handed_out_and_for_nothing_else() -> None:
    handed = {type_of(kind.service, kind.name, version) for kind, version in HANDED}
    assert agency_schemas.by_type().keys() == handed


def test_an_agency_schema_has_no_internal_field_and_describes_every_other_field() -> None:
    for kind, version in HANDED:
        properties = _schema(kind, version)["anyOf"][0]["properties"]
        assert properties.keys() <= kind.categories().keys()
        assert all(field["description"] for field in properties.values())


def test_every_reference_of_the_document_for_tools_leads_somewhere() -> None:
    document = agency_asyncapi.document(agency_schemas.by_type())
    for reference in _references(document):
        part: Any = document
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]


def _references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [reference for inner in part.values() for reference in _references(inner)]
    return [reference for inner in part for reference in _references(inner)] if isinstance(part, list) else []


def test_a_library_of_others_reads_all_that_is_sent() -> None:
    for document in documents():
        event, plain = JSONFormat().read(CloudEvent, document), json.loads(document)
        assert [event.get_id(), event.get_type(), event.get_data()] == [plain["id"], plain["type"], plain["data"]]
        assert event.get_extension("sequence") == plain.get("sequence")
