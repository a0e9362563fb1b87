"""Send the injection corpus in every field, path and query of every operation: no 5xx, and nothing is echoed."""

import json
import random
import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.security.town import Operation, Person, Town

pytestmark = [pytest.mark.security, pytest.mark.integration, pytest.mark.slow]
ECHO = "QzxvEcho"
#: A separate marker, because the values that other tests store may be returned to their author.
HEADER_ECHO = "QzxvHeader"
WORDS = (
    f"' or '1'='1' -- {ECHO}",
    f"'; drop table cases; -- {ECHO}",
    f"{ECHO}\u0000end",
    f"{ECHO}\r\nSet-Cookie: a=b\r\n\r\n<html>",
    f"{ECHO}\ud800",
    f"{ECHO}\u202egnp.exe\u2066\u200b\ufeff",
    f"{ECHO}" + "e\u0301" * 400,
    f"\uff1c{ECHO}\uff1e\u2028",
    f"../../../../etc/passwd{ECHO}",
    f"{ECHO}%00%2e%2e%2f",
    f"${{jndi:ldap://127.0.0.1:1/{ECHO}}}",
    f"{{{{7*7}}}}{{% {ECHO} %}}<%= 7*7 %>#{{7*7}}",
    f"<script>alert('{ECHO}')</script>",
    f"%s%n%x{{0.__class__}}{ECHO}",
    f"$({ECHO})`{ECHO}`|{ECHO};",
    f"=cmd|'/c {ECHO}'!A1",
    ECHO * 2_000,
    "",
)
OTHERS: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 2**31, 2**63, -(2**63) - 1, 10**400, 1e308),
    *([], {}, [[]], [None], {ECHO: ECHO}, [ECHO] * 200, {"$ne": ECHO}, {"__proto__": {"admin": True}}),
)
#: Documents that are not a plain JSON object.
BODIES = (
    *(b"", b"null", b"[]", b'"' + ECHO.encode() + b'"', b"1", b"true", b"{", b"\xff\xfe\x00", b"\x00" * 64),
    b"[" * 30_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b'{"' + ECHO.encode() + b'": NaN}',
    b'{"a": Infinity, "b": -Infinity}',
    b'{"a": 1e99999}',
    b'{"a": ' + b"9" * 5_000 + b"}",
    b'{"a": 1, "a": 2}',
    b'{"\\ud800": "' + ECHO.encode() + b'"}',
    b'{"' + b"k" * 30_000 + b'": 1}',
    "\ufeff{}".encode(),
    json.dumps({f"{ECHO}{number}": number for number in range(2_000)}).encode(),
)
QUERIES = (*WORDS[:5], "1e9", "-1", "99999999999999999999", "NaN", "\u0661", "x" * 300)


def once(town: Town) -> list[Operation]:
    """Return every operation. Operations that all services share are tested once."""
    return list({(each.method, each.path): each for each in reversed(town.operations)}.values())


@pytest.fixture(scope="module")
def person(town: Town) -> Person:
    found = Person(town)
    found.open_case()
    return found


def attack(town: Town, person: Person, operation: Operation, path: str, body: Any) -> str | None:
    """Send the request; return what is wrong with the answer."""
    answer = town.ask(
        operation.service, operation.method, path, body, person.token, about=person.case if operation.changes else ""
    )
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.json().get('title')}"
    told = answer.text + "".join(f"{name}{value}" for name, value in answer.headers.items())
    # Stored values may be returned to their author. Refused values must never be echoed.
    return "repeated" if ECHO.lower() in told.lower() and not answer.ok else None


def check(found: dict[str, str | None]) -> None:
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.promise("SEC-89")
def test_no_field_of_any_body_breaks_a_service_or_is_said_back(town: Town, person: Person) -> None:
    found, corpus, turn = {}, (*WORDS, *OTHERS), 0
    for operation in (each for each in once(town) if each.body):
        path = person.address(operation)
        for name in operation.fields():
            whole = operation.example(random.Random(turn), lambda _name: "words")
            for _ in range(4):
                # Values rotate: every field gets some of the corpus, and dozens of fields together get all of it.
                turn += 5
                value = corpus[turn % len(corpus)]
                found[f"{operation} {name} {turn}"] = attack(town, person, operation, path, {**whole, name: value})
    assert len(found) > 300
    check(found)


@pytest.mark.promise("SEC-89")
def test_no_body_of_any_form_breaks_a_service_or_is_said_back(town: Town, person: Person) -> None:
    found = {
        f"{operation} {body[:20]!r}": attack(town, person, operation, person.address(operation), body)
        for operation in once(town)
        if operation.body
        for body in BODIES
    }
    check(found)


def test_of_two_values_of_one_name_none_slips_past_a_check(town: Town, person: Person) -> None:
    body = b'{"language": "bg", "answers": {}, "return_code": false, "return_code": "' + ECHO.encode() + b'"}'
    assert town.ask("intake", "POST", "/v1/self-checks", body, person.token).status_code in (400, 422)


@pytest.mark.promise("SEC-89")
def test_no_address_breaks_a_service_or_is_said_back(town: Town, person: Person) -> None:
    found = {}
    for operation in once(town):
        for turn, name in enumerate(re.findall(r"\{(\w+)\}", operation.path)):
            for word in WORDS[turn % 3 : 15 : 3]:
                raw = quote(word.encode("utf-8", "surrogatepass"), safe="")
                path = operation.path.replace(f"{{{name}}}", raw)
                path = re.sub(r"\{(\w+)\}", lambda _: person.case, path)
                found[f"{operation} {name} {raw[:30]}"] = attack(town, person, operation, path, None)
    assert len(found) > 150
    check(found)


@pytest.mark.promise("SEC-89")
def test_no_query_breaks_a_service_or_is_said_back(town: Town, person: Person) -> None:
    found = {}
    for operation in (each for each in once(town) if each.method == "GET"):
        for name in (*operation.queries, "strange"):
            for word in QUERIES:
                raw = quote(word.encode("utf-8", "surrogatepass"), safe="")
                path = f"{person.address(operation)}?{name}={raw}&{name}={raw}"
                found[f"{operation} {name} {raw[:30]}"] = attack(town, person, operation, path, None)
    check(found)


@pytest.mark.promise("SEC-89")
@pytest.mark.parametrize("header", ["If-Match", "Idempotency-Key", "Accept", "traceparent", "X-Forwarded-For"])
def test_no_header_breaks_a_service_or_is_said_back(town: Town, person: Person, header: str) -> None:
    for operation in (each for each in once(town) if each.method == "GET" or each.body):
        for word in (f"' or 1=1 --{HEADER_ECHO}", HEADER_ECHO * 300, f'"{HEADER_ECHO}"', "*", "\u00ff" + HEADER_ECHO):
            path = person.address(operation)
            sent = {header: word.encode("latin-1")}
            body = {} if operation.body else None
            answer = town.ask(operation.service, operation.method, path, body, person.token, **sent)  # type: ignore[arg-type]
            assert answer.status_code < 500, (str(operation), word)
            assert HEADER_ECHO not in answer.text + str(answer.headers), (str(operation), word)
