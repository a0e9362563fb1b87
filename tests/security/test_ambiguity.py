"""Ambiguous input is refused before the case is looked up, and values with several spellings have one accepted form."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.security.town import Person, Town, seen

pytestmark = [pytest.mark.security, pytest.mark.integration]
WHOLE = {
    "agency": "NL.COMENSHA",
    "purposes": ["referral_for_support"],
    "data_categories": ["contact_safe"],
    "language": "bg",
    "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
}
#: Consent bodies that two parsers read differently, or that one of them cannot read.
UNREADABLE = {
    "a name that stands twice": json.dumps(WHOLE)[:-1].encode() + b', "agency": "NL.FAIRWORK"}',
    "a name that stands twice further in": b'{"a": [{"b": {"c": 1, "c": 2}}]}',
    "two spellings of one name": b'{"agency": "NL.COMENSHA", "\\u0061gency": "NL.FAIRWORK"}',
    "a deep list": b'{"a": ' + b"[" * 21 + b"]" * 21 + b"}",
    "400 levels": b'{"a": ' + b"[" * 400 + b"]" * 400 + b"}",
    "900 levels": b'{"a": ' * 900 + b"1" + b"}" * 900,
    "NUL": b'{"agency": "NL\\u0000"}',
    "NUL in a name": b'{"agen\\u0000cy": "NL"}',
    "half a pair": b'{"agency": "\\ud800"}',
    "no UTF-8": b'{"agency": "\xc3("}',
    "UTF-16": json.dumps(WHOLE).encode("utf-16"),
    "no number": b'{"agency": NaN}',
    "no end": b'{"agency": -Infinity}',
    "no number of this world": b'{"agency": 1e400}',
}
UNKNOWN_QUERIES = (
    "strange=1",
    "strange",
    "Disclosure=1",
    "disclosure=1&disclosure=2",
    "disclosure=%00",
    "disclosure=%ff",
)


@pytest.fixture(scope="module")
def person(town: Town) -> Person:
    somebody = Person(town)
    somebody.open_case()
    return somebody


def _of_three(town: Town, person: Person, method: str, path: str, body: Any) -> Iterator[tuple[Any, ...]]:
    """Yield what the case lead, an outsider, and an outsider with an unknown case see."""
    stranger = Person(town)
    for who, case in ((person, person.case), (stranger, person.case), (stranger, str(uuid4()))):
        yield seen(town.ask("intake", method, path.format(case=case), body, who.token))


@pytest.mark.promise("SEC-92")
@pytest.mark.parametrize("what", UNREADABLE)
def test_a_body_that_could_mean_two_things_is_refused_alike_whether_a_case_is_there(
    town: Town, person: Person, what: str
) -> None:
    [mine, theirs, nobodys] = _of_three(town, person, "POST", "/v1/cases/{case}/consents", UNREADABLE[what])
    assert mine[0] == 400
    assert mine == theirs == nobodys


@pytest.mark.promise("SEC-93")
def test_nobody_without_a_token_learns_what_can_not_be_read(town: Town, person: Person) -> None:
    path = f"/v1/cases/{person.case}/consents"
    for body in UNREADABLE.values():
        assert town.ask("intake", "POST", path, body, None).status_code == 401


@pytest.mark.promise("SEC-93")
def test_what_can_not_be_read_uses_up_no_key(town: Town, person: Person) -> None:
    path, key = f"/v1/cases/{person.case}/notes", str(uuid4())
    twice = b'{"kind": "other", "text": "Fictitious.", "text": "Fictitious."}'
    once = {"kind": "other", "text": "Fictitious."}
    ask = town.ask
    assert ask("support", "POST", path, twice, person.token, **{"Idempotency-Key": key}).status_code == 400
    assert ask("support", "POST", path, once, person.token, **{"Idempotency-Key": key}).status_code == 201


@pytest.mark.promise("SEC-92")
@pytest.mark.parametrize("query", UNKNOWN_QUERIES)
def test_a_query_that_is_not_declared_is_refused_alike_whether_a_case_is_there(
    town: Town, person: Person, query: str
) -> None:
    [mine, theirs, nobodys] = _of_three(town, person, "GET", "/v1/cases/{case}/copy?" + query, None)
    assert mine[0] == 400
    assert mine == theirs == nobodys


@pytest.mark.promise("SEC-92")
def test_no_address_passes_over_a_query_that_it_does_not_know(town: Town, person: Person) -> None:
    passed_over = [
        str(operation)
        for operation in town.operations
        if town.ask(
            operation.service, operation.method, f"{person.address(operation)}?strange=1", None, person.token
        ).status_code
        != 400
    ]
    assert passed_over == []


@pytest.mark.promise("SEC-94")
@pytest.mark.parametrize("day", ["20260203", "2026-W05-2", "2026-034", "2026-02-03T00:00:00Z", "\u0662026-02-03"])
def test_a_day_has_one_spelling(town: Town, person: Person, day: str) -> None:
    opening = {"jurisdiction": "NL", "source": "self", "channel": "phone", "language": "bg", "anonymous": False}
    answer = town.ask("intake", "POST", "/v1/cases", {**opening, "opened_on": day}, person.token)
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, ["opened_on"])


@pytest.mark.promise("SEC-94")
@pytest.mark.parametrize(
    "moment", ["2026-03-02", "20260302T093000Z", "2026-W10-1T09:30:00Z", "2026-03-02T09:30Z", "2026-03-02 09:30:00"]
)
def test_a_moment_has_one_form(town: Town, person: Person, moment: str) -> None:
    attempt = {"channel": "phone", "outcome": "reached", "at": moment}
    answer = town.ask("intake", "POST", f"/v1/cases/{person.case}/contact-attempts", attempt, person.token)
    assert answer.status_code == 422
    assert "at" in [each["field"] for each in answer.json()["errors"]]


@pytest.mark.promise("SEC-94")
@pytest.mark.parametrize("zone", ["localtime", "posixrules", "Factory", "posix/Europe/London", "../UTC", "Europe"])
def test_a_zone_means_the_same_on_every_machine(town: Town, person: Person, zone: str) -> None:
    agreed = {"channels": ["phone"], "zone": zone, "if_another_answers": "say_wrong_number"}
    path = f"/v1/cases/{person.case}/safe-contact"
    answer = town.ask("intake", "PUT", path, agreed, person.token, about=person.case)
    assert answer.status_code == 422
    assert [each["rule"] for each in answer.json()["errors"]] == ["zone_of_the_world"]
    agreed["zone"] = "Europe/Bucharest"
    assert town.ask("intake", "PUT", path, agreed, person.token, about=person.case).status_code == 200
