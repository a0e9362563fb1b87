"""Problem documents in the caller's language, with stable codes next to their texts."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from marshmallow import ValidationError, fields, validate

from shared.access.views import LANGUAGE, written
from shared.deadlines import view
from shared.deadlines.view import Deadline
from shared.http import problems
from shared.http.field_codes import OTHER, SAID, code_of
from shared.http.problems import CaseChanged, Refused
from shared.http.rates import AskedTooOften
from shared.reference.words import LANGUAGES, Sentence, catalogue, in_language
from shared.telemetry import metrics

ROOT = Path(__file__).parents[2]
TRANSLATED = [language for language in LANGUAGES if language != "en"]
GAP = re.compile(r"\{([a-z_]+)\}")
#: Sentences that the code combines from two parts. The tests below check each combination.
PUT_TOGETHER = (
    "Near it:",
    "These are the first",
    "Changed: {parts}",
    "Your role",
    "Idempotency-Key was",
    "in the register either",
    "because this matter is",
)


def told(error: Exception, language: str) -> dict[str, Any]:
    reply = problems.answer(error, "0195566e-7a10-7000-8000-000000000002", language)
    assert reply.headers["Content-Language"] == language
    document: dict[str, Any] = json.loads(reply.get_data(as_text=True))
    return document


# --- in the caller's language -----------------------------------------------------------------------------------


def test_a_problem_is_told_in_the_caller_s_language_and_its_type_is_the_same_in_each() -> None:
    texts = catalogue("problems", "nl").texts
    title, detail = [text for text in texts if not GAP.search(text)][:2]
    error = Refused(428, title, detail)
    english, dutch = told(error, "en"), told(error, "nl")
    assert (english["title"], english["detail"]) == (title, detail)
    assert (dutch["title"], dutch["detail"]) == (texts[title], texts[detail])
    assert english["type"] == dutch["type"] == problems.problem_type(title)


def test_what_stands_in_a_sentence_s_gap_is_carried_over() -> None:
    for error, filled in ((AskedTooOften(7.2), "8"), (CaseChanged([{"part": "person"}]), "person")):
        english, romanian = told(error, "en")["detail"], told(error, "ro")["detail"]
        assert filled in english
        assert filled in romanian
        assert romanian != english


def test_a_sentence_that_a_catalogue_lacks_is_said_in_english_and_counted() -> None:
    count = metrics.words_missing.labels("nl", "problems")._value
    before = count.get()
    assert in_language("Nobody has ever said this.", "nl") == "Nobody has ever said this."
    assert count.get() == before + 1


def test_what_a_deadline_s_state_means_is_said_in_the_readers_language() -> None:
    says = view._MET["yes"]
    clock = {**dict.fromkeys(Deadline().fields), "says": says}
    read_in = LANGUAGE.set("nl")
    try:
        assert written(Deadline, clock)["says"] == catalogue("problems", "nl").texts[says]
    finally:
        LANGUAGE.reset(read_in)
    assert written(Deadline, clock)["says"] == says


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_meaning_of_a_deadline_s_state_is_translated(language: str) -> None:
    said = {view._LATE, view._EACH_ACT, *view._SAYS.values(), *view._MET.values()}
    assert said <= catalogue("problems", language).texts.keys()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_gaps_of_its_sentence(language: str) -> None:
    for english, said in catalogue("problems", language).texts.items():
        assert set(GAP.findall(said)) <= set(GAP.findall(english)), english


@pytest.mark.parametrize("language", TRANSLATED)
def test_both_languages_have_the_same_sentences(language: str) -> None:
    assert catalogue("problems", language).texts.keys() == catalogue("problems", "nl").texts.keys()


def test_each_translated_sentence_is_one_that_is_said_somewhere() -> None:
    said = set(_sentences())
    unsaid = [
        english
        for english in catalogue("problems", "nl").texts
        if english not in said
        and not any(mark in english for mark in PUT_TOGETHER)
        and not any(Sentence(english).gaps_of(rendered) is not None for rendered in said)
    ]
    assert unsaid == []


def _sentences() -> Iterator[str]:
    """Yield the texts of the code with values in their placeholders, and the library's own."""
    for folder in ("shared", "services"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
                elif isinstance(node, ast.JoinedStr):
                    yield "".join(str(each.value) if isinstance(each, ast.Constant) else "x" for each in node.values)
    yield from _of_marshmallow()


def _of_marshmallow() -> Iterator[str]:
    yield "Invalid input type."
    for name in fields.__all__:
        messages = getattr(getattr(fields, name), "default_error_messages", {})
        yield from (GAP.sub("x", message).replace("{input!r}", "x") for message in messages.values())
    for kind in (validate.Length, validate.Range, validate.OneOf):
        yield from (GAP.sub("x", text) for name, text in vars(kind).items() if "message" in name and text)
    at_least, at_most = "greater than or equal to", "less than or equal to"
    yield from (f"Must be {at_least} x and {at_most} x.", f"Must be {at_least} x.")
    yield from (f"Not a valid {kind}." for kind in ("date", "datetime", "time"))


# --- the codes of fields ----------------------------------------------------------------------------------------


def test_each_error_of_a_field_has_a_code_that_is_the_same_in_every_language() -> None:
    error = ValidationError({"reason": ["Missing data for required field."], "day": ["is a day that does not exist"]})
    english, romanian = told(error, "en"), told(error, "ro")
    assert [each["code"] for each in english["errors"]] == ["missing", "no_date"]
    assert [each["code"] for each in romanian["errors"]] == ["missing", "no_date"]
    assert romanian["errors"][0]["message"] == in_language(english["errors"][0]["message"], "ro")


def test_every_refusal_of_a_field_by_our_code_or_the_library_has_its_own_code() -> None:
    without = [message for message in _refusals() if code_of(message) == OTHER]
    assert without == [], "name it in shared/http/field_codes.py"


def _refusals() -> Iterator[str]:
    """Yield the refusals of fields: of Casepath's fields and checks, and of the library fields in use."""
    used = (fields.String, fields.Integer, fields.Boolean, fields.UUID, fields.Date, fields.AwareDateTime, fields.List)
    for kind in (*used, fields.Dict, fields.Nested, fields.Time):
        messages = {key: text for cls in reversed(kind.__mro__) for key, text in _messages(cls).items()}
        yield from (GAP.sub("x", text) for key, text in messages.items() if key != "validator_failed")
    for path in [*(ROOT / "shared").rglob("*.py"), *(ROOT / "services").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ValidationError" and node.args:
                yield from _texts(node.args[0])


def _messages(kind: type) -> dict[str, str]:
    found: dict[str, str] = vars(kind).get("default_error_messages", {})
    return found


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(each.value) if isinstance(each, ast.Constant) else "x" for each in node.values)
    elif isinstance(node, ast.Dict):
        yield from (text for inner in node.values for text in _texts(inner))
    elif isinstance(node, ast.List):
        yield from (text for inner in node.elts for text in _texts(inner))


def test_a_code_is_a_word_and_no_sentence_has_two() -> None:
    sentences = [sentence for found in SAID.values() for sentence in found]
    assert len(sentences) == len(set(sentences))
    assert all(re.fullmatch("[a-z_]+", code) for code in SAID)


def test_a_value_that_is_not_listed_is_named_by_its_list_in_every_language() -> None:
    dutch = in_language("is not a value of the list gender. Near it: Feminine.", "nl")
    assert dutch == "is geen waarde van de lijst gender. Lijkt op: Feminine."
