"""The texts of the public site: one catalogue per language, each with the keys of the English one."""

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.plurals import get_plural

from shared.reference import code_lists
from shared.reference.words import NOBODY, PUBLIC_LANGUAGES, Catalogue, catalogue

CHECKOUT = Path(__file__).parents[2]
FOLDER = CHECKOUT / "shared/reference/words/public"
SPOKEN = PUBLIC_LANGUAGES
TRANSLATED = SPOKEN[1:]
#: Lists whose codes the public site shows in its own words. Of other lists, it shows only codes that visitors choose.
WHOLE_LISTS = ("self_check_question", "self_check_answer", "information_topic", "if_another_answers")
CHOSEN = ("contact_way",)
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
READ = re.compile(r".+, \d{4}-\d{2}-\d{2}")
PLURALS = re.compile(r'^"Plural-Forms: nplurals=(\d+); plural=(.+);\\n"$', re.MULTILINE)


def _public(language: str) -> Catalogue:
    return catalogue("public", language)


def test_there_is_one_catalogue_for_each_language_of_the_site() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.po")) == sorted(SPOKEN)


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_language_has_the_keys_of_the_english_text_and_no_text_is_empty(language: str) -> None:
    # An empty text counts as missing when a catalogue is read.
    assert list(_public(language).texts) == list(_public("en").texts)
    assert all(text == text.strip() for text in _public(language).texts.values())


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_the_english_text(language: str) -> None:
    english, translated = _public("en").texts, _public(language).texts
    differing = [
        key
        for key, text in english.items()
        if Counter(PLACEHOLDER.findall(text)) != Counter(PLACEHOLDER.findall(translated[key]))
    ]
    assert differing == []
    assert [key for key, text in translated.items() if "%" in PLACEHOLDER.sub("", text)] == []


@pytest.mark.parametrize("language", SPOKEN)
def test_a_language_names_its_reader_and_the_day_or_says_nobody(language: str) -> None:
    reader = _public(language).reader
    assert reader == NOBODY or READ.fullmatch(reader), "write a name and a day, such as `A. B., 2027-01-02`"


@pytest.mark.parametrize("language", SPOKEN)
def test_a_catalogue_names_its_language_and_its_plural_forms(language: str) -> None:
    text = (FOLDER / f"{language}.po").read_text(encoding="utf-8")
    assert f'"Language: {language}\\n"' in text
    plurals = PLURALS.search(text)
    assert plurals is not None
    assert int(plurals[1]) == get_plural(language).num_plurals


def test_the_public_site_has_words_for_every_code_that_it_shows() -> None:
    texts = _public("en").texts
    for name in WHOLE_LISTS:
        own = [key for key in texts if key.startswith(f"{name}/") and not key.endswith("/hint")]
        assert own == [f"{name}/{code}" for code in code_lists()[name].values]
    for name in CHOSEN:
        own_codes = {key.split("/")[1] for key in texts if key.startswith(f"{name}/")}
        assert own_codes
        assert own_codes <= set(code_lists()[name].values)


def test_every_text_of_a_page_is_used() -> None:
    """An unused text would be reviewed by native readers, although no visitor sees it."""
    folders = (CHECKOUT / "services" / "web" / "public", CHECKOUT / "deploy", CHECKOUT / "shared")
    sources = [path for folder in folders for kind in ("*.py", "*.html") for path in folder.rglob(kind)]
    written = "".join(path.read_text(encoding="utf-8") for path in sources)
    keys = [key for key in _public("en").texts if key.startswith("page/")]
    assert [key for key in keys if key not in written and not re.search(f'["/]{key[5:]}"', written)] == []


def test_every_key_is_of_a_page_or_of_a_list() -> None:
    known = {"page", *WHOLE_LISTS, *CHOSEN}
    assert [key for key in _public("en").texts if key.split("/")[0] not in known] == []


@pytest.mark.parametrize("language", SPOKEN)
def test_two_questions_or_two_codes_of_a_list_never_read_alike(language: str) -> None:
    shown = Counter(
        (key.split("/")[0], text) for key, text in _public(language).texts.items() if not key.startswith("page/")
    )
    assert [pair for pair, count in shown.items() if count > 1] == []


@pytest.mark.parametrize("language", ["en", "nl", "ro"])
def test_staff_read_the_same_question_as_the_person(language: str) -> None:
    shown, known = catalogue("codes", language).texts, _public(language).texts
    for code in code_lists()["self_check_question"].values:
        assert shown[f"self_check_question/{code}"] == known[f"self_check_question/{code}"]


#: Professional terms that mean nothing to the person, or judge them.
OF_OFFICERS = re.compile(r"traffick|exploit|indicator|bondage|victim|coerc|slave|migrant|illegal", re.IGNORECASE)


def test_the_english_text_has_no_word_of_officers() -> None:
    assert [key for key, text in _public("en").texts.items() if OF_OFFICERS.search(text)] == []
