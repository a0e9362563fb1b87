"""Each error states the event, the reason, and the next action."""

import re

import pytest

from deploy.documents.errors import PAGE
from deploy.documents.refusals import Refusal, refusals
from shared.http.field_codes import SAID, STEPS
from shared.reference.words import ENGLISH, LANGUAGES, Sentence, catalogue
from tests.architecture.source import CHECKOUT

TEXTS = [each for each in refusals() if not each.is_of_another]
#: Error classes whose texts must be found, and a minimum that fails if a kind of error is lost.
FEWEST = 600


def test_the_texts_of_errors_are_found() -> None:
    assert len(TEXTS) > FEWEST
    assert {"Refused", "StepForbidden", "FactRefused", "CommandRefused", "SettingRefused"} <= {
        each.kind for each in TEXTS
    }


def test_each_error_says_what_happened_and_what_to_do() -> None:
    incomplete = [f"{each.place} {each.rule}: {each.text}" for each in TEXTS if not each.happened or not each.to_do]
    assert incomplete == [], "first sentence: what happened and why; other sentences: what to do"


def test_each_problem_has_a_title_and_a_status() -> None:
    problems = [each for each in TEXTS if each.place != "deploy" and each.kind not in ("SettingRefused", *UNTITLED)]
    assert [each.text for each in problems if not each.title or not each.status] == []


#: Errors of reference data. Other problems quote their texts.
UNTITLED = ("ImpossibleDate", "ImpossiblePeriod", "UnknownRule")


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != ENGLISH])
def test_each_error_of_a_service_is_translated(language: str) -> None:
    texts = catalogue("problems", language).texts
    patterns = [Sentence(english) for english in texts]
    said = {each.text for each in TEXTS if each.place != "deploy" and each.kind != "SettingRefused"}
    said |= {each.title for each in TEXTS if each.title and not each.title.startswith("{")}
    missing = [
        text for text in said if text not in texts and not any(each.gaps_of(text) is not None for each in patterns)
    ]
    assert missing == []


def test_each_code_of_a_field_says_what_to_do() -> None:
    assert STEPS.keys() == SAID.keys()
    assert all(STEPS.values())


def test_the_page_has_each_text() -> None:
    page = (CHECKOUT / PAGE).read_text(encoding="utf-8")
    assert [each.text for each in TEXTS if re.sub(r"\s+", " ", each.happened).replace("|", "\\|") not in page] == []


@pytest.mark.parametrize(
    ("text", "happened", "to_do"),
    [
        ("The day is missing. Send it.", "The day is missing.", "Send it."),
        ("It failed: no room. Try again. Tell us.", "It failed: no room.", "Try again. Tell us."),
        ("It is missing", "It is missing", ""),
    ],
)
def test_a_text_has_two_parts(text: str, happened: str, to_do: str) -> None:
    refusal = Refusal("shared", "Refused", text)
    assert (refusal.happened, refusal.to_do) == (happened, to_do)
