"""`docs/reference/public-words.md`: words of the public site per language, and how hard they are to read."""

from collections.abc import Mapping
from typing import Final

from deploy.documents.reading_age import Measure, measured
from shared.reference import JURISDICTIONS, code_lists, profile
from shared.reference.information import information_texts
from shared.reference.words import ENGLISH, PUBLIC_LANGUAGES, Catalogue, catalogue, name_of

QUESTIONS: Final = "self_check_question/"
#: The kinds of codes of which each has a text of information.
KINDS: Final = ("information_topic", "victim_right", "identification_stage", "remedy")

HEAD: Final = """# Words of the public site

Generated from the catalogues by `make documents`; a test fails when it is stale.

`shared/reference/words/public` has one catalogue per language. English is the source. A text that no native speaker has
checked is shown with a notice and with the English text next to it. After a check, write the reader's name and the date
into `X-Native-Reader` of the catalogue, or into a comment above a text
([the public site](../guides/operate/public.md)).
"""
READING: Final = """The questions and their hints, measured together. The goal for English is a reading age of 9 to 11.
Formulas exist for five of these languages. Syllables are counted by groups of vowels
(`deploy/documents/reading_age.py`).
For the other languages the table has the lengths of sentences and words. Compare values within one language only.
"""
INFORMATION: Final = """Each topic, right, stage and remedy that a profile knows has a short text in English with its
sources (`shared/reference/information`).
"""


def page() -> str:
    """Return the page as Markdown."""
    catalogues = {language: catalogue("public", language) for language in PUBLIC_LANGUAGES}
    return "\n".join(
        [
            HEAD,
            "## Coverage\n",
            _table(
                ("language", "name", "texts", "missing", "native reader"),
                [_coverage(each, catalogues[ENGLISH]) for each in catalogues.values()],
            ),
            "## Reading age of the questions\n",
            READING,
            _table(
                ("language", "words per sentence", "letters per word", "formula", "value", "reading age"),
                [_reading(language, of_questions(each)) for language, each in catalogues.items()],
            ),
            "## Information\n",
            INFORMATION,
            _table(
                ("codes", "known", "with a text in English", "without", "words per sentence", "reading age"),
                [_information(kind, known) for kind, known in known_codes().items()],
            ),
        ]
    )


def of_questions(words: Catalogue) -> Measure:
    """Measure the questions and hints of a language."""
    return measured(words.language, (text for key, text in words.texts.items() if key.startswith(QUESTIONS)))


def known_codes() -> Mapping[str, frozenset[str]]:
    """Return the codes of each kind that a list or a profile knows."""
    profiles = [profile(code) for code in JURISDICTIONS]
    return {
        "information_topic": frozenset(code_lists()["information_topic"].values),
        "victim_right": frozenset(code for law in profiles for code in law.rights),
        "identification_stage": frozenset(code for law in profiles for code in law.stages),
        "remedy": frozenset(code for law in profiles for code in law.remedies),
    }


def without_text(kind: str, known: frozenset[str]) -> list[str]:
    """Return the codes of a kind that have no text in English."""
    return sorted(code for code in known if f"{kind}/{code}" not in information_texts())


def _coverage(words: Catalogue, english: Catalogue) -> tuple[str, ...]:
    missing = [key for key in english.texts if key not in words.texts]
    return (
        words.language,
        name_of(words.language),
        str(len(words.texts)),
        str(len(missing)),
        words.readers if words.is_read else "none",
    )


def _reading(language: str, measure: Measure) -> tuple[str, ...]:
    value = "" if measure.value is None else f"{measure.value:.1f}"
    age = "" if measure.age is None else str(measure.age)
    return (
        language,
        f"{measure.words_per_sentence:.1f}",
        f"{measure.letters_per_word:.1f}",
        measure.formula,
        value,
        age,
    )


def _information(kind: str, known: frozenset[str]) -> tuple[str, ...]:
    missing = without_text(kind, known)
    texts = (each.text for key, each in information_texts().items() if key.startswith(f"{kind}/"))
    measure = measured(ENGLISH, texts)
    return (
        f"`{kind}`",
        str(len(known)),
        str(len(known) - len(missing)),
        str(len(missing)),
        f"{measure.words_per_sentence:.1f}",
        str(measure.age),
    )


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join([*(f"| {' | '.join(line)} |" for line in lines), ""])
