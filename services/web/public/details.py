"""The details of a contact: the fields of a form, what is wrong with them, and the body for intake."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from services.web.public.parts import words

#: The label of the field for the contact itself, by the way that the person chose.
CONTACT_LABELS: Final[Mapping[str, str]] = {
    "phone": "page/contact_phone",
    "sms": "page/contact_phone",
    "email": "page/contact_email",
    "chat": "page/contact_app",
    "in_person": "page/contact_place",
}
#: The labels of the other fields.
LABELS: Final[Mapping[str, str]] = {
    "jurisdiction": "page/contact_country",
    "way": "page/contact_how",
    "days": "page/contact_days",
    "begins": "page/contact_times",
    "ends": "page/contact_times",
    "message": "page/contact_message",
    "if_another_answers": "page/contact_another",
    "story": "page/contact_story",
    "code_word": "page/contact_word",
    "spoken": "page/contact_language",
    "near": "page/contact_region",
    "topics": "page/contact_about",
}
#: The greatest length of each text (characters), as intake has it.
LONGEST: Final[Mapping[str, int]] = {"contact": 200, "story": 500, "code_word": 100, "near": 100}
_SINGLE: Final = ("jurisdiction", "way", "contact", "begins", "ends", "message", "if_another_answers")
_TEXTS: Final = (*_SINGLE, "story", "code_word", "spoken", "near", "form")
_MANY: Final = ("days", "topics")
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_STORY: Final = "say_agreed_story"
MISSING: Final = "page/error_missing"
WRONG: Final = "page/error_value"
#: The names of fields at intake that differ from the names in the form.
_OF_INTAKE: Final = {"may_leave_message": "message", "language": "spoken"}


@dataclass(frozen=True)
class Details:
    """The texts and choices of a person. They are in no log and in no address."""

    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    many: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def __getitem__(self, name: str) -> str:
        """Return the text of a field; empty if it was left out."""
        return self.texts.get(name, "")

    def chosen(self, name: str) -> tuple[str, ...]:
        """Return the codes that were chosen in a field with several."""
        return self.many.get(name, ())

    def fields(self) -> Iterator[tuple[str, str]]:
        """Walk all values, for the hidden fields of the next form."""
        yield from ((name, text) for name, text in self.texts.items() if text)
        yield from ((name, code) for name, codes in self.many.items() for code in codes)


def read(form: "MultiDict[str, str]") -> Details:
    """Read the fields of a form. Line breaks become spaces: intake has texts of one line."""
    texts = {name: " ".join(form.get(name, "").split()) for name in _TEXTS}
    return Details(texts, {name: tuple(dict.fromkeys(form.getlist(name))) for name in _MANY})


def label_of(name: str, details: Details) -> str:
    """Return the label of a field."""
    return CONTACT_LABELS.get(details["way"], CONTACT_LABELS["phone"]) if name == "contact" else LABELS[name]


def problems_of_way(details: Details, *, is_change: bool = False) -> dict[str, str]:
    """Return what is wrong with the country and the way, by field."""
    known = words().document["contact"]
    problems = {}
    if not is_change and details["jurisdiction"] not in known["jurisdictions"]:
        problems["jurisdiction"] = MISSING
    if details["way"] not in known["ways"]:
        problems["way"] = MISSING
    return problems


def problems_of_details(details: Details) -> dict[str, str]:
    """Return what is wrong with the details, by field."""
    problems = {name: WRONG for name, most in LONGEST.items() if len(details[name]) > most}
    if not details["contact"]:
        problems["contact"] = MISSING
    times = (details["begins"], details["ends"])
    if any(times) and not all(_TIME.fullmatch(time) for time in times):
        problems["begins"] = WRONG
    if details["if_another_answers"] == _STORY and not details["story"]:
        problems["story"] = MISSING
    return problems


def problems_of_intake(errors: object) -> dict[str, str]:
    """Return the fields that intake refused."""
    named = [str(each.get("field")) for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    known = [_OF_INTAKE.get(name, name) for name in named]
    return {name: WRONG for name in known if name in LABELS or name == "contact"}


def body_of(details: Details) -> dict[str, Any]:
    """Return the details as intake reads them. Fields that were left empty are left out."""
    names = ("way", "contact", "if_another_answers", "code_word", "near")
    body: dict[str, Any] = {name: details[name] for name in names if details[name]}
    if details["begins"]:
        body |= {name: details[name].zfill(len("00:00")) for name in ("begins", "ends")}
    if details.chosen("days"):
        body["days"] = list(details.chosen("days"))
    # control: H-PUBLIC-1 nothing-left-unless-chosen
    if details["message"]:
        body["may_leave_message"] = details["message"] == "yes"
    if details["if_another_answers"] == _STORY:
        body["story"] = details["story"]
    return body
