"""The cost of one request is bounded: lengths are checked before contents, and refusals have a maximum size."""

import json
import re
from datetime import date
from typing import Any

import pytest
from marshmallow import ValidationError

from services.intake.facts.detection.schemas import CheckSelf
from services.intake.facts.identity.rules import MOST_NAMES, Name, changed, checked_names
from services.intake.facts.identity.schemas import RecordPerson
from services.registry import parts_of
from shared.casework import likeness
from shared.casework.likeness import all_keys, closeness, words_of
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.contract import Code
from shared.events.envelope import schema_address
from shared.http.problems import MOST_ERRORS
from shared.operate.documents import documents_of
from tests.security.town import SERVICES, Person, Town

pytestmark = [pytest.mark.security, pytest.mark.integration]
#: About one page: the maximum size of a refusal, for a body of any length.
LONGEST_REFUSAL = 8_000
UNKNOWN_ANSWERS = {f"{number:x}": 1 for number in range(5_000)}
#: Characters that expand to many: an Arabic sentence, an emoji sequence, a Latin ligature and others.
_TODAY = date(2026, 3, 9)
RARE = ("\ufdfa", "\U0001f469\u200d\U0001f692", "\u33ff", "\u4e00", "\uac01", "\u1e69", "\ufdfd", "\u0132")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return the list of all codes that are deserialised."""
    looked_at: list[object] = []
    real = Code._deserialize

    def count(self: Code, value: Any, *where: Any, **options: Any) -> Any:
        looked_at.append(value)
        return real(self, value, *where, **options)

    monkeypatch.setattr(Code, "_deserialize", count)
    return looked_at


def _refused(command: Any, body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        command.schema().load(body)


@pytest.mark.promise("SEC-95")
def test_nothing_in_what_is_too_long_is_looked_at(counted: list[object]) -> None:
    _refused(CheckSelf, {"language": "bg", "answers": UNKNOWN_ANSWERS})
    assert counted == ["bg"]
    counted.clear()
    _refused(RecordPerson, {"names": [{"kind": "given", "name": "Ana"}] * (MOST_NAMES + 1)})
    assert counted == []
    _refused(RecordPerson, {"nationalities": ["NL"] * 51})
    assert counted == []


@pytest.mark.promise("SEC-96")
def test_five_thousand_unknown_answers_are_refused_in_a_few_words(town: Town) -> None:
    body = {"language": "bg", "answers": UNKNOWN_ANSWERS}
    assert len(json.dumps(body)) > 50_000
    answer = town.ask("intake", "POST", "/v1/self-checks", body, None)
    assert answer.status_code == 422
    assert len(answer.content) < 1_000


@pytest.mark.promise("SEC-96")
@pytest.mark.parametrize("body", [UNKNOWN_ANSWERS, {"names": [UNKNOWN_ANSWERS]}, {"names": [{"a": 1, "b": 2}] * 50}])
def test_a_refusal_tells_twenty_errors_and_how_many_more_there_are(town: Town, body: dict[str, Any]) -> None:
    person = Person(town)
    person.open_case()
    answer = town.ask("intake", "PUT", f"/v1/cases/{person.case}/person", body, person.token, about=person.case)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == MOST_ERRORS
    assert re.search(r"\d", answer.json()["detail"]), "how many more there are"
    assert len(answer.content) < LONGEST_REFUSAL


@pytest.mark.promise("SEC-97")
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_draws_its_documents_once(town: Town, service: str) -> None:
    parts, service_class = parts_of(service)
    emits = parts.following.emits
    assert documents_of(service_class, emits) is documents_of(service_class, emits)
    schema = f"/v1/schemas/{schema_address('legal', 'matter.opened', 1)}"
    for path in ("/openapi.json", "/asyncapi.json", "/docs", schema):
        first = town.ask(service, "GET", path, None, None)
        again = town.ask(service, "GET", path, None, None, **{"If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.promise("SEC-98")
@pytest.mark.parametrize("rare", RARE)
def test_what_is_made_of_a_name_is_bounded(rare: str) -> None:
    for name in (rare * 200, f"{rare} " * 100, "".join(RARE) * 25):
        assert len(words_of(name)) <= 12
        assert max(map(len, words_of(name)), default=0) <= 24
        assert len(all_keys([name])) <= 12 * 27
    names = [f"{chr(ord('a') + number % 26)}{rare}" * (number + 1) for number in range(50)]
    assert len(all_keys(names)) <= 100 * 27


@pytest.mark.promise("SEC-98")
def test_names_of_which_some_could_not_be_searched_are_refused() -> None:
    many = tuple(
        Name(kind="other_spelling", name=" ".join(f"a{number * 12 + word:03}" for word in range(12)))
        for number in range(9)
    )
    assert len({word for name in many for word in words_of(name.name)}) > likeness.MOST_WORDS_OF_PERSON
    with pytest.raises(FactRefused):
        checked_names(many, _TODAY)
    with pytest.raises(StepForbidden):
        changed(many[:-1], many[-1], _TODAY)
    assert checked_names(many[:8], _TODAY) == many[:8]


@pytest.mark.promise("SEC-98")
def test_a_person_has_only_so_many_names() -> None:
    names = tuple(Name(kind="called_by", name=f"Ana {'a' * number}") for number in range(MOST_NAMES))
    with pytest.raises(StepForbidden):
        changed(names, Name(kind="called_by", name="Ruxandra"), _TODAY)


@pytest.mark.promise("SEC-98")
def test_a_search_makes_the_keys_of_a_name_once(monkeypatch: pytest.MonkeyPatch) -> None:
    real, made = likeness.keys_of, []

    def count(word: str) -> frozenset[str]:
        made.append(word)
        return real(word)

    monkeypatch.setattr(likeness, "keys_of", count)
    assert closeness(["ruxandra"] * 12, [f"Ana{number:02}" for number in range(50)]) is None
    assert len(made) <= 50 + 12


@pytest.mark.promise("SEC-95")
def test_marks_upon_marks_are_not_sorted_before_they_are_counted() -> None:
    # Sorting combining marks takes quadratic time.
    with pytest.raises(ValidationError) as refused:
        RecordPerson.schema().load({"contact": {"phone": "a" + "\u0316\u0301" * 15_000}})
    assert "200" in str(refused.value.messages), "it is refused for its length"
