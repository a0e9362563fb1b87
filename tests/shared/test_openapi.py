"""The content of a service's OpenAPI document, and the reply at a path that is not served."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from werkzeug.routing import Map, Rule
from werkzeug.test import Client

from services.intake.service import Intake
from services.legal.service import Legal
from services.support.service import Support
from shared.http import openapi, routes_of
from shared.http.server.front import Front

SERVICES = [Intake, Legal, Support]


@pytest.fixture(scope="module")
def paths() -> dict[str, Any]:
    found: dict[str, Any] = openapi.document(Intake)["paths"]
    return found


def _query(operation: dict[str, Any]) -> set[str]:
    return {each["name"] for each in operation["parameters"] if each["in"] == "query"}


def test_what_creates_answers_201_with_the_id_and_where_it_is(paths: dict[str, Any]) -> None:
    responses = paths["/v1/cases"]["post"]["responses"]
    assert {"200", "204"}.isdisjoint(responses)
    assert set(responses["201"]["headers"]) == {"Location", "ETag", "Idempotent-Replay"}
    content = responses["201"]["content"]["application/json"]
    assert content["schema"] == {"$ref": "#/components/schemas/Created"}
    assert content["example"].keys() == {"id", "alike"}


def test_a_removal_answers_204_without_a_body(paths: dict[str, Any]) -> None:
    responses = paths["/v1/cases/{case}/team/{member}"]["delete"]["responses"]
    assert "content" not in responses["204"]
    assert set(responses["204"]["headers"]) == {"ETag", "Part-ETag", "Idempotent-Replay"}
    assert set(responses) == {"204", "400", "401", "403", "404", "409", "410", "412", "422", "428", "429", "503"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_case_is_read_with_its_version(service: Any) -> None:
    responses = openapi.document(service)["paths"]["/v1/cases/{case}"]["get"]["responses"]
    assert set(responses["200"]["headers"]) == {"ETag"}


@pytest.mark.parametrize("service", SERVICES)
def test_the_feed_is_a_batch_of_cloudevents_read_from_a_position(service: Any) -> None:
    operation = openapi.document(service)["paths"]["/v1/events"]["get"]
    assert _query(operation) == {"after", "limit", "subject"}
    answer = operation["responses"]["200"]
    assert set(answer["content"]) == {"application/cloudevents-batch+json"}
    assert set(answer["headers"]) == {"Casepath-Head", "Casepath-Epochs"}
    assert "400" in operation["responses"]


def test_the_operators_lists_name_their_query_parameters(paths: dict[str, Any]) -> None:
    assert _query(paths["/v1/holds"]["get"]) == {"after", "limit", "subject", "state"}
    assert _query(paths["/v1/quarantine"]["get"]) == _query(paths["/v1/skipped"]["get"]) == {"after", "limit"}


@pytest.mark.parametrize("service", SERVICES)
def test_each_route_with_a_body_says_how_the_body_can_be_refused(service: Any) -> None:
    paths = openapi.document(service)["paths"]
    operations = [each for path in paths.values() for each in path.values() if "requestBody" in each]
    assert len(operations) == sum(each.body is not None for each in routes_of(service))
    for operation in operations:
        assert {"400", "409", "411", "413", "415", "422", "503"} <= set(operation["responses"])


@pytest.mark.parametrize("service", SERVICES)
def test_each_refusal_is_a_problem_document_and_each_answer_says_its_form(service: Any) -> None:
    document = openapi.document(service)
    for path in document["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    name = answer["$ref"].rpartition("/")[2]
                    problem = document["components"]["responses"][name]["content"]["application/problem+json"]
                    assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
                elif status not in ("204", "304"):
                    assert answer["content"]


@pytest.mark.parametrize("service", SERVICES)
def test_each_operation_has_an_id_a_topic_and_an_example_of_what_it_takes(service: Any) -> None:
    document = openapi.document(service)
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    described = {tag["name"] for tag in document["tags"] if tag["description"]}
    assert {tag for operation in operations for tag in operation["tags"]} == described
    for operation in operations:
        if "requestBody" in operation:
            assert operation["requestBody"]["content"]["application/json"]["example"] is not None


@pytest.mark.parametrize("service", SERVICES)
def test_the_example_of_a_body_is_one_that_the_service_takes(service: Any) -> None:
    examples = {
        operation["operationId"]: operation["requestBody"]["content"]["application/json"]["example"]
        for path in openapi.document(service)["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
    }
    for route in routes_of(service):
        if route.body is not None:
            route.body().load(examples[route.name])


@pytest.mark.parametrize("service", SERVICES)
def test_each_json_reply_has_named_fields(service: Any) -> None:
    document = openapi.document(service)
    bare = {
        f"{operation['tags'][0]}.{operation['operationId']}"
        for path in document["paths"].values()
        for operation in path.values()
        for status, answer in operation["responses"].items()
        if status < "300"
        for content_type, media in answer.get("content", {}).items()
        if content_type.endswith("json") and not _names_fields(media["schema"], document["components"]["schemas"])
    }
    assert bare == set()


def _names_fields(schema: dict[str, Any], components: dict[str, Any]) -> bool:
    reference = schema.get("items", schema).get("$ref")
    return reference is not None and bool(components[reference.rpartition("/")[2]].get("properties"))


@pytest.fixture
def client() -> Client:
    addresses = [Rule("/v1/cases/<uuid:case>", methods=["GET"]), Rule("/v1/cases", methods=["POST"])]
    return Client(Front(Map(addresses)))


@pytest.mark.parametrize("address", ["/v1/nothing", "/v1/cases/not-a-uuid"])
def test_an_address_that_is_not_served_says_what_why_and_what_next(client: Client, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    problem = json.loads(answer.data)
    assert problem["type"] == "urn:casepath:problem:no-such-address"
    assert "/openapi.json" in problem["detail"]
    assert address.rsplit("/", 1)[1] not in answer.text


def test_a_wrong_method_is_told_the_right_one(client: Client) -> None:
    answer = client.put("/v1/cases")
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert answer.headers["Allow"] == "POST"
    problem = json.loads(answer.data)
    assert problem["type"] == "urn:casepath:problem:not-with-this-method"
    assert "Allow" in problem["detail"], "the header is named"


def test_an_amount_is_a_string_with_its_cents() -> None:
    amount = openapi.document(Legal)["components"]["schemas"]["ExactAward"]["properties"]["amount"]
    assert (amount["type"], amount["examples"]) == (["string", "null"], ["1200.00"])
    assert not amount.keys() & {"minimum", "maximum"}, "they are of numbers"
    assert re.fullmatch(amount["pattern"], "1200.00")


@pytest.mark.parametrize("service", SERVICES)
def test_every_schema_of_a_document_is_one(service: Any) -> None:
    for schema in openapi.document(service)["components"]["schemas"].values():
        Draft202012Validator.check_schema(json.loads(json.dumps(schema, default=str)))


@pytest.mark.parametrize("service", SERVICES)
def test_a_pattern_is_one_for_every_language(service: Any) -> None:
    document = json.dumps(openapi.document(service), default=str)
    patterns = {json.loads(each) for each in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', document)}
    assert patterns
    assert {pattern for pattern in patterns if re.search(r"\\[AZz]", pattern)} == set(), "Python's own ends of a text"
