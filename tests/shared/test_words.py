from collections import Counter
from pathlib import Path

import pytest

from shared.reference import BrokenReference, CodeList, code_lists
from shared.reference.words import (
    LANGUAGES,
    catalogue,
    in_language,
    load_words,
    name_of,
    offered,
    read_catalogue,
    without_words,
    words_of_code,
    words_of_list,
)
from shared.telemetry import metrics

HEADER = 'msgid ""\nmsgstr ""\n"Language: nl\\n"\n'


def _missing(language: str) -> float:
    return metrics.words_missing.labels(language, "codes")._value.get()


# --- every code has words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_and_every_code_of_it_has_words(language: str) -> None:
    missing = [key for code_list in code_lists().values() for key in without_words(code_list, language)]
    assert missing == [], f"say it in shared/reference/words/codes/{language}.po"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_is_words_and_not_the_code_again(language: str) -> None:
    # If a label equals the code except for its case (`Facebook`), it must at least use the usual spelling.
    for code_list in code_lists().values():
        for code in code_list.values:
            label = words_of_code(code_list.name, code, language).label
            assert "_" not in label
            assert label == label.strip() != ""


#: Codes with the same label as another one: kept for old records, but no longer offered.
OLD = {"duty_to_notify_with_identity", "EU.COE_RECOVERY_MIN"}


def _alike(code_list: CodeList, language: str) -> list[str]:
    """Return the labels that two codes of a list share. For legal lists, compare within a jurisdiction or its layer."""
    said = Counter(
        (words_of_code(code_list.name, code, language).label, code.partition(".")[0] if "." in code else "")
        for code in code_list.values
        if code not in OLD
    )
    return [label for (label, _), count in said.items() if count > 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_within_a_list_no_two_codes_read_alike(language: str) -> None:
    assert {name: alike for name, found in code_lists().items() if (alike := _alike(found, language))} == {}


def test_a_hint_and_a_label_for_a_child_belong_to_a_code_that_has_words() -> None:
    for language in LANGUAGES:
        texts = catalogue("codes", language).texts
        beside = [key.rpartition("/")[0] for key in texts if key.endswith(("/hint", "/child"))]
        assert beside
        assert [key for key in beside if key not in texts] == []


def test_what_was_done_to_a_child_is_named_as_exploitation_of_a_child() -> None:
    words = words_of_code("sex_exploitation_type", "Prostitution", "en")
    assert words.for_child not in (None, words.label)
    assert "rostitution" not in str(words_of_code("sex_exploitation_type", "Pornography", "en").for_child)


def test_an_exchange_code_that_would_hurt_reads_otherwise() -> None:
    assert "fraud" not in words_of_code("exploitation_type", "BenefitFraud", "en").label.lower()
    assert words_of_code("decision_outcome", "negative", "en").hint, "it is said what the answer does not mean"
    assert "not a victim" not in words_of_code("trafficking_status", "NotAVictimOfTrafficking", "en").label.lower()


# --- languages ---------------------------------------------------------------------------------------------------


def test_the_official_terms_of_a_country_are_those_of_its_language() -> None:
    assert words_of_code("clock_code", "NL.REFLECTION_MAX", "nl").label == "Bedenktijd, ten hoogste"
    assert words_of_code("clock_code", "RO.RECOVERY_MAX", "ro").label == "Perioada de recuperare și reflecție, maximă"
    assert words_of_code("identification_stage", "presumed", "ro").label == "Victimă prezumată"


@pytest.mark.parametrize(("language", "twice"), [("en", "twice"), ("nl", "dubbel"), ("ro", "de două ori")])
def test_an_item_of_the_list_says_that_a_record_stands_there_twice_and_not_a_case(language: str, twice: str) -> None:
    assert twice in words_of_code("due_item", "duplicate_proposed", language).label


@pytest.mark.parametrize(("language", "no"), [("nl", "Niet "), ("ro", "Nu ")])
def test_that_somebody_must_not_be_called_now_is_said_as_a_no_in_each_language(language: str, no: str) -> None:
    """The Dutch word for "now" is the Romanian word for "no" (`nu`)."""
    refused = "Do not contact the person now: this is not a safe time. The next safe time begins at 18:00."
    assert in_language(refused, language).startswith(no)


def test_countries_and_languages_are_named_as_cldr_names_them() -> None:
    assert words_of_code("nationality", "DE", "nl").label == "Duitsland"
    assert words_of_code("language", "vi", "ro").label == "vietnameză"
    assert name_of("nl") == "Nederlands"


def test_what_a_language_lacks_is_said_in_english_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {**catalogue("codes", "nl").texts}
    del texts["closure_reason/goals_met"]
    thinner = type(catalogue("codes", "nl"))("nl", "nobody", texts)
    real = catalogue
    monkeypatch.setattr(
        "shared.reference.words.labels.catalogue",
        lambda kind, language: thinner if language == "nl" else real(kind, language),
    )
    before = _missing("nl")
    words = words_of_code("closure_reason", "goals_met", "nl")
    assert (words.label, words.language) == (words_of_code("closure_reason", "goals_met", "en").label, "en")
    assert _missing("nl") == before + 1
    assert "closure_reason/goals_met" in list(without_words(code_lists()["closure_reason"], "nl"))


def test_a_code_that_nobody_has_named_reads_as_itself_and_is_counted() -> None:
    before = _missing("en")
    assert words_of_code("closure_reason", "never_heard_of", "en").label == "never_heard_of"
    assert _missing("en") == before + 1
    assert words_of_list("no_such_list", "en") == "no_such_list"


def test_a_catalogue_that_no_native_speaker_has_read_is_not_for_the_public() -> None:
    assert not catalogue("codes", "nl").is_read
    assert offered(to_public=True, unread_too=False) == ("en",)
    assert offered(to_public=True, unread_too=True) == LANGUAGES
    assert offered(to_public=False, unread_too=False) == LANGUAGES


# --- files -------------------------------------------------------------------------------------------------------


def _written(folder: Path, text: str) -> Path:
    path = folder / "nl.po"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (HEADER, "X-Native-Reader"),
        (HEADER + '"X-Native-Reader: nobody\\n"\n\nmsgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', "msgid"),
        (HEADER + '"X-Native-Reader: nobody\\n"\n\nrubbish\n', r"\b5\b"),
    ],
)
def test_a_catalogue_that_is_wrong_is_refused_with_its_place(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(BrokenReference, match=named) as refused:
        read_catalogue(_written(tmp_path, text))
    assert refused.value.place == f"{tmp_path.name}/nl.po"


def test_a_text_that_nobody_has_written_yet_counts_as_missing(tmp_path: Path) -> None:
    text = HEADER + '"X-Native-Reader: A.B., 2027-01-02\\n"\n\nmsgid "a"\nmsgstr ""\n\nmsgid "b"\nmsgstr "c"\n'
    found = read_catalogue(_written(tmp_path, text))
    assert dict(found.texts) == {"b": "c"}
    assert found.is_read


@pytest.mark.hazard("H-PUBLIC-3", control="changed-text-is-unread")
def test_each_text_has_its_reader_and_a_text_that_changed_since_has_none(tmp_path: Path) -> None:
    read = HEADER + '"X-Native-Reader: A.B., 2027-01-02\\n"\n\nmsgid "a"\nmsgstr "b"\n\n'
    later = '# Native reader: C.D., 2027-03-04\nmsgid "c"\nmsgstr "d"\n'
    found = read_catalogue(_written(tmp_path, read + later))
    assert (found.reader_of("a"), found.reader_of("c")) == ("A.B., 2027-01-02", "C.D., 2027-03-04")
    assert found.is_read
    assert found.readers == "A.B., 2027-01-02; C.D., 2027-03-04"
    for unread in (later.replace("C.D., 2027-03-04", "nobody"), later.replace("msgid", "#, fuzzy\nmsgid")):
        changed = read_catalogue(_written(tmp_path, read + unread))
        assert changed.reader_of("c") == "nobody"
        assert not changed.is_read


def test_all_catalogues_load() -> None:
    load_words()
    with pytest.raises(BrokenReference):
        catalogue("codes", "xx")
