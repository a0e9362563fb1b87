"""The fixed texts of the paper for the person: one catalogue for each language of the public site."""

import re
from pathlib import Path

import pytest

import services.web
from shared.reference.words import NOBODY, PUBLIC_LANGUAGES, catalogue

TEMPLATE = Path(services.web.__file__).parent / "look" / "templates" / "paper.html"
READ = re.compile(r".+, \d{4}-\d{2}-\d{2}")
#: Texts of a disguised paper: none of them may say what it is about.
OF_EVERY_PAPER = (
    *("title_dates", "last_day", "or", "not_certain", "no_day", "no_last_day", "passed", "next", "next_ask"),
    *("telephone", "ask_for", "printed", "changes", "incomplete"),
)


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_each_language_has_every_text_of_the_english_one(language: str) -> None:
    texts = catalogue("paper", language).texts
    assert list(texts) == list(catalogue("paper", "en").texts)
    assert [key for key, text in texts.items() if not text or text != text.strip() or "%" in text] == []


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_a_language_names_its_reader_and_the_day_or_says_nobody(language: str) -> None:
    reader = catalogue("paper", language).reader
    assert reader == NOBODY or READ.fullmatch(reader), "write a name and a day, such as `A. B., 2027-01-02`"


def test_the_texts_of_a_disguised_paper_say_nothing_about_law() -> None:
    texts = catalogue("paper", "en").texts
    officers = re.compile(r"right|traffick|victim|police|court|decid|money|help", re.IGNORECASE)
    assert [name for name in OF_EVERY_PAPER if officers.search(texts[f"paper/{name}"])] == []


def test_the_template_uses_every_text() -> None:
    source = TEMPLATE.read_text(encoding="utf-8")
    noted = {"not_certain", "no_day", "passed"}
    unused = {key.partition("/")[2] for key in catalogue("paper", "en").texts} - noted
    assert [name for name in unused if f'"{name}"' not in source] == []
