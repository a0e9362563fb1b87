"""Between two cases, and two agencies' people: another's record looks as one that is not there, byte for byte."""

import random
import re
from typing import Any
from uuid import uuid4

import pytest

from tests.kit.client import made_up
from tests.security.town import ROLES, Operation, Person, Town, seen

pytestmark = [pytest.mark.security, pytest.mark.integration, pytest.mark.slow]
UUID_FIELD = {"format": "uuid"}
#: Fields that name a fact which may come later, or a record that another service keeps: taken, whatever there is.
_ANY_ID = ("about", "record")


@pytest.fixture(scope="module")
def people(town: Town) -> tuple[Person, Person]:
    """Two who know nothing of each other's case, each with records in it."""
    one, other = Person(town), Person(town)
    for each in (one, other):
        each.open_case()
        each.fill(lambda _name: "words")
    return one, other


def ids_in(operation: Operation) -> list[str]:
    return [name for name in re.findall(r"\{(\w+)\}", operation.path) if name != "case"]


def answers_of(
    town: Town, operation: Operation, addresses: tuple[str, ...], body: Any, token: str
) -> list[tuple[Any, ...]]:
    return [seen(town.ask(operation.service, operation.method, each, body, token)) for each in addresses]


def test_each_has_made_records_of_many_kinds(people: tuple[Person, Person]) -> None:
    kinds = {kind for person in people for kind in person.made}
    assert len(kinds) >= 8, kinds


@pytest.mark.promise("SEC-5")
@pytest.mark.hazard("H-CONFIDENTIALITY-2", control="access-table")
def test_another_s_case_looks_as_one_that_is_not_there(town: Town, people: tuple[Person, Person]) -> None:
    one, stranger = people
    # Data protection reviews every case, and a supervisor takes over one that nobody has left: by the table, see there.
    outside = [each for each in ROLES if each not in ("data_protection_officer", "supervisor")]
    token = town.site.targets.token(outside, stranger.subject)
    told, tried = [], 0
    # Whoever breaks the glass sees the case, has said why, and others are told: that is no way round the border.
    guarded = [each for each in town.operations if each.about_case and each.action != "glass.break"]
    for operation in guarded:
        body = operation.example(random.Random(1), lambda _name: "words") if operation.body else None
        theirs = one.address(operation)
        missing = re.sub(re.escape(one.case), made_up(one.case), theirs)
        for sent in [body, *([b"{", {"strange": 1}] if operation.body else [])]:
            answers = answers_of(town, operation, (theirs, missing), sent, token)
            if [status for status, *_ in answers] == [503, 404]:
                # The instant from which neither is awaited any more may have lain between the two; it does so once.
                answers = answers_of(town, operation, (theirs, missing), sent, token)
            tried += 1
            # What can't be read in one way is refused before anybody looks for the case.
            # What was opened just now may still be on its way, be it theirs or made up.
            expected = (400,) if sent == b"{" else (404, 503)
            if answers[0] != answers[1] or answers[0][0] not in expected:
                told.append((str(operation), answers))
    assert told == []
    assert tried > 40


@pytest.mark.promise("SEC-43")
def test_another_s_record_below_one_s_own_case_looks_as_one_that_is_not_there(
    town: Town, people: tuple[Person, Person]
) -> None:
    one, stranger = people
    told, tried = [], 0
    for operation in (each for each in town.operations if each.about_case):
        for name in ids_in(operation):
            collection = f"{operation.service} {operation.path.partition('/{' + name + '}')[0]}"
            for theirs in one.made.get(collection, ())[:1]:
                body = operation.example(random.Random(1), lambda _name: "words") if operation.body else None
                answers = [seen(stranger.ask(operation, body, **{name: each})) for each in (theirs, str(uuid4()))]
                tried += 1
                if answers[0] != answers[1] or answers[0][0] < 400:
                    told.append((str(operation), name, answers))
    assert told == []
    assert tried >= 3


@pytest.mark.promise("SEC-45")
def test_a_body_that_names_another_s_record_is_answered_as_one_that_names_none(
    town: Town, people: tuple[Person, Person]
) -> None:
    one, stranger = people
    told, tried = [], 0
    for operation in (each for each in town.operations if each.about_case and each.body and each.method != "GET"):
        # What another service keeps under an id, this one can't look up.
        here = [made[0] for where, made in one.made.items() if made and where.startswith(f"{operation.service} ")]
        every = [one.case, *here]
        body = operation.example(random.Random(1), lambda _name: "words")
        for name in [name for name, value in body.items() if _is_uuid(value)]:
            if name == "member":
                continue  # a member of staff may be named by anybody; who they are is no case's secret
            for theirs in every:
                answers = [seen(stranger.ask(operation, {**body, name: each})) for each in (theirs, str(uuid4()))]
                tried += 1
                if name in _ANY_ID and answers[0][0] < 400:
                    answers = [_without_ids(answer) for answer in answers]
                    is_wrong = answers[0] != answers[1]
                else:
                    is_wrong = answers[0] != answers[1] or answers[0][0] < 400
                if is_wrong:
                    told.append((str(operation), name, answers))
    assert told == []
    assert tried >= 3


@pytest.mark.promise("SEC-27")
def test_no_list_of_one_s_own_names_another_s_case(town: Town, people: tuple[Person, Person]) -> None:
    one, stranger = people
    ids = {one.case, *(each for made in one.made.values() for each in made)}
    lists = [each for each in town.operations if each.method == "GET" and "{" not in each.path and each.action]
    # Data protection and a supervisor are told of what nobody on its team answers, such as an alert.
    outside = [each for each in ROLES if each not in ("data_protection_officer", "supervisor")]
    token = town.site.targets.token(outside, stranger.subject)
    answers = {str(each): town.ask(each.service, "GET", each.path, None, token) for each in lists}
    found = {name for name, answer in answers.items() if answer.ok and any(each in answer.text for each in ids)}
    # Data protection reads the audit of every case; that is what it is for.
    assert {name.split()[2] for name in found} <= {"/v1/audit", "/v1/audit/chain"}


def _without_ids(answer: tuple[Any, ...]) -> tuple[Any, ...]:
    """What was seen of an answer but for what each change makes anew: ids, the version of the case."""
    status, text, headers = answer
    kept = [(name, value) for name, value in headers if name not in ("ETag", "Location", "Part-ETag", "Content-Length")]
    return status, re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", text), kept


def _is_uuid(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value) is not None
