"""The public pages and intake agree: requests and replies of the tests match intake's published schemas."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from services.web.public.intake import CHANGES, CHECKS, REQUESTS, SCANS, STATES, WITHDRAWALS, Route
from tests.kit.openapi import openapi
from tests.kit.public import CODE, Door, document, door_with
from tests.kit.stand_in import StandIn

ANSWERED = (CHECKS, REQUESTS, STATES, CHANGES, WITHDRAWALS)
USED = (*ANSWERED, SCANS)


@pytest.fixture
def door() -> Iterator[Door]:
    services = StandIn()
    yield door_with(services)
    services.close()


def _faults(schema: dict[str, Any], value: object) -> list[str]:
    whole = {**schema, "components": openapi("intake")["components"]}
    return [error.message for error in jsonschema.Draft202012Validator(whole).iter_errors(value)]


def _operation(route: Route) -> dict[str, Any]:
    method, path = route
    operation: dict[str, Any] = openapi("intake")["paths"][path][method.lower()]
    return operation


def _visit(door: Door) -> None:
    """Scan a poster, and use every form with every field filled in."""
    door.get("/vi/o/K7PQ2X9M")
    shown = door.get("/vi/questions")
    shown = door.submit(shown, "next", answer="not_sure")
    door.submit(shown, "stop", answer="yes")
    shown = door.submit(door.get("/vi/contact"), "way", jurisdiction="NL", way="phone")
    full: dict[str, str | list[str]] = {
        "contact": "+31 6 0000 0000",
        "days": ["monday", "sunday"],
        "begins": "9:00",
        "ends": "11:30",
        "message": "yes",
        "if_another_answers": "say_agreed_story",
        "story": "A survey",
        "code_word": "tulip",
        "near": "Utrecht",
        "spoken": "ar",
        "topics": ["documents"],
    }
    door.submit(door.submit(shown, "review", **full), "send")
    state = door.submit(door.get("/vi/code"), "show", code=CODE)
    changed = door.submit(door.submit(state, "change"), "way", way="email")
    door.submit(changed, "save", **{**full, "contact": "someone@example.org"})
    door.submit(door.submit(state, "withdraw"), "erase")


def test_every_body_that_the_pages_send_is_one_that_intake_accepts(door: Door) -> None:
    _visit(door)
    sent = {(method, path): body for method, path, body in door.asked()}
    assert set(sent) == set(USED)
    faults = {}
    for route, body in sent.items():
        schema = _operation(route)["requestBody"]["content"]["application/json"]["schema"]
        faults[route] = _faults(schema, body)
    assert {route: found for route, found in faults.items() if found} == {}


@pytest.mark.parametrize("route", ANSWERED)
def test_the_stand_in_answers_as_intake_does(door: Door, route: Route) -> None:
    _visit(door)
    [body, *_] = [sent for method, path, sent in door.asked() if (method, path) == route]
    status, answer = door.intake("intake", *route, body)
    schema = _operation(route)["responses"][str(status)]["content"]["application/json"]["schema"]
    says = {"says": "This is information."} if route == CHECKS else {}
    assert _faults(schema, {**answer, **says}) == []


@pytest.mark.parametrize("language", ["en", "vi", "ar"])
def test_the_words_of_the_stand_in_are_as_intake_publishes_them(language: str) -> None:
    reply = openapi("intake")["paths"]["/v1/self-check"]["get"]["responses"]["200"]
    schema = reply["content"]["application/json"]["schema"]
    shown = document(language)
    assert _faults(schema, {**shown, "says": "This is information."}) == []
