"""The content of the public site in one language, as JSON data: labels, questions, information and help.

The labels of questions, of help and of contact requests are in all 16 languages. Texts that no native speaker has read
are shown with the English text. Texts about rights, stages and remedies are only shown in a language that a named
native speaker has read (decision 0038).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Final

from babel import Locale

from shared.reference.help import HelpPlace
from shared.reference.information import TOPICS, information_texts
from shared.reference.profiles import Profile
from shared.reference.words import ENGLISH, PUBLIC_LANGUAGES, catalogue, name_of, words_of_code

Shown = dict[str, object]
#: The certainty that is required to show a number to a person who may call it in danger.
_CONFIRMED: Final = "settled"
_EMERGENCY: Final = "emergency"
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def public_site(
    language: str,
    codes_of: Mapping[str, Iterable[str]],
    profiles: Iterable[Profile],
    contact_in: Collection[str],
    *,
    is_production: bool,
) -> Shown:
    """Return the content of the site in one language.

    `codes_of`: the codes of the lists `self_check_question`, `information_topic` and `if_another_answers`.
    `contact_in`: the jurisdictions in which caseworkers read contact requests. English is the source text, and needs a
    named reader only in production.
    """
    words, english = catalogue("public", language), catalogue("public", ENGLISH)
    is_source = language == ENGLISH
    return {
        "language": language,
        "direction": _direction(language),
        "reader": words.readers if words.is_read else None,
        "languages": [_offered(each) for each in PUBLIC_LANGUAGES],
        "words": dict(words.texts),
        "english": {} if words.is_read or is_source else dict(english.texts),
        "questions": list(codes_of["self_check_question"]),
        "topics": list(codes_of["information_topic"]),
        "days": _days(language),
        "information": _information(with_law=words.is_read or (is_source and not is_production)),
        "help": {law.code: _help(law) for law in profiles},
        "contact": {
            "jurisdictions": [law.code for law in profiles if law.code in contact_in],
            "ways": [key.partition("/")[2] for key in english.texts if key.startswith("contact_way/")],
            "if_another_answers": list(codes_of["if_another_answers"]),
        },
    }


def _direction(language: str) -> str:
    return "rtl" if Locale.parse(language).text_direction == "rtl" else "ltr"


def _offered(language: str) -> Shown:
    return {
        "code": language,
        "name": name_of(language),
        "direction": _direction(language),
        "read": catalogue("public", language).is_read,
    }


def _days(language: str) -> dict[str, str]:
    names = Locale.parse(language).days["stand-alone"]["wide"]
    return {day: str(names[number]) for number, day in enumerate(_DAYS)}


# control: H-PUBLIC-3 law-needs-a-native-reader
def _information(*, with_law: bool) -> dict[str, object]:
    """Return the texts of topics; those about law only if a native speaker has read the language."""
    return {key: asdict(text) for key, text in information_texts().items() if with_law or key.startswith(f"{TOPICS}/")}


# control: H-PUBLIC-4 confirmed-numbers-only
def _help(law: Profile) -> Shown:
    """Return the confirmed numbers and addresses of a jurisdiction, and the emergency number separately."""
    confirmed = [place for place in law.help.values() if place.certainty == _CONFIRMED]
    emergency = next((place.phone for place in reversed(confirmed) if place.kind == _EMERGENCY), None)
    name = words_of_code("jurisdiction", law.code, ENGLISH).label
    return {"name": name, "emergency": emergency, "places": [_place(place) for place in confirmed]}


def _place(place: HelpPlace) -> Shown:
    return {name: getattr(place, name) for name in ("code", "kind", "name", "phone", "web")}
