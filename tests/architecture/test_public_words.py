"""The words of the public pages: each template takes them from the catalogues, and the questions are easy to read."""

import re
from pathlib import Path

import pytest

from deploy.documents.public_words import known_codes, of_questions, without_text
from deploy.documents.reading_age import measured, syllables
from shared.reference.words import ENGLISH, catalogue
from tests.kit.template_texts import Texts

PUBLIC = Path(__file__).resolve().parents[2] / "services" / "web" / "public"
TEMPLATES = sorted(PUBLIC.rglob("*.html"))
#: The page that is shown without a catalogue is in English.
WITHOUT_WORDS = "without_words.html"
KEY = re.compile(r"\"((?:page|contact_way|if_another_answers)/\w+)\"")
OLDEST_READER = 11


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.name != WITHOUT_WORDS], ids=lambda path: path.stem)
def test_a_template_has_no_text_of_its_own(path: Path) -> None:
    found = Texts(path.read_text(encoding="utf-8")).found
    # A heading next to the sources, in a part of the page that is in English.
    assert [text for text in found if text not in ("", "Sources")] == []


def test_every_key_in_the_code_is_in_the_catalogues() -> None:
    files = [*TEMPLATES, *PUBLIC.rglob("*.py")]
    keys = {key for path in files for key in KEY.findall(path.read_text(encoding="utf-8"))}
    assert keys - catalogue("public", ENGLISH).texts.keys() == set()
    assert len(keys) > 50


def test_every_code_that_is_known_has_a_text_in_english() -> None:
    assert {kind: without_text(kind, known) for kind, known in known_codes().items() if without_text(kind, known)} == {}


def test_the_english_questions_are_understood_at_the_age_of_11() -> None:
    age = of_questions(catalogue("public", ENGLISH)).age
    assert age is not None
    assert age <= OLDEST_READER


@pytest.mark.parametrize(
    ("language", "word", "count"),
    [
        ("en", "make", 1),
        ("en", "table", 2),
        ("en", "stopped", 1),
        ("en", "wanted", 2),
        ("ru", "паспорт", 2),
        ("pl", "pieniądze", 3),
        ("es", "pasaporte", 4),
        ("nl", "paspoort", 2),
    ],
)
def test_syllables_are_counted_by_groups_of_vowels(language: str, word: str, count: int) -> None:
    assert syllables(language, word) == count


def test_longer_words_and_sentences_are_harder() -> None:
    easy = measured(ENGLISH, ["He has it. She has it."])
    hard = measured(ENGLISH, ["Administrative authorities investigate irregular remuneration of employees."])
    assert easy.value is not None
    assert hard.value is not None
    assert hard.value > easy.value
