"""No form asks for data that another service has announced: possible exceptions are listed here with a reason."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from services.registry import events_of, parts_of
from services.support.help.provider.schemas import ASKED
from shared.events.kinds import BoundedList
from shared.http import Command

_SERVICES: Final = ("intake", "legal", "support")
#: Lists of codes about an act or a thing. The form asks what was done, even if another person did the same before.
ABOUT_THE_ACT: Final = {
    "fact_correction_reason": "why this record is corrected",
    "service_type": "which service is given, needed or offered here",
    "danger_type": "which danger is met now",
    "danger_urgency": "how soon somebody has to act on this danger",
    "danger_flag": "whether this record says danger",
    "advice_status": "what this advice came to",
    "remedy": "which remedy is asked for here",
    "yes_no_unknown": "the answer to any question",
}
#: Fields with a code that another service announces about the person or the case, and the reason for each.
ASKS_ALTHOUGH: Final = {
    "OpenFile.type": "a consent names types of matter; the file states which one it is",
    "RecordSession.language": "the language of this session; optional",
    "RequestCounselling.language": "the language that the person wishes; optional, the case's by default",
    "AddProvider.languages": "about a house",
    "AddProvider.serves": "about a house",
    "StateProvider.languages": "about a house",
    "StateProvider.serves": "about a house",
    "RecordAdvice.language": "the language of this advice",
    "CorrectAdvice.language": "the language of this advice",
    "RecordBriefAdvice.language": "of somebody of whom no case is kept",
    "PrepareHearing.interpreter_language": "the language or dialect of the interpreter at this hearing",
    "ExplainRight.language": "the language in which it was explained",
    "RecordProtection.age_at_act": "the age at the time of the offence, not the age now",
    "CorrectProtection.age_at_act": "the age at the time of the offence, not the age now",
    "RecordDecision.outcome": "how this claim was decided; legal alone announces it",
    "CorrectMatter.outcome": "how this claim was decided; legal alone announces it",
    "RequestReconsideration.stage": "which decision is disputed",
    "CorrectReconsideration.stage": "which decision is disputed",
}
#: Words in field names about the person's age, gender, status or children, which contain no code.
_TELLING: Final = ("child", "minor", "adult", "age", "birth", "gender", "sex", "status", "dependants", "high_risk")
#: Such fields, and the reason for each.
NAMED_ALTHOUGH: Final = {
    "NoteAbsence.is_child": "optional: it adds the protection of a child, and lifts or permits nothing",
    "CorrectAbsence.is_child": "optional: it adds the protection of a child, and lifts or permits nothing",
    "NoteAbsence.high_risk": "optional: it adds protection to what the last assessment says",
    "AddProvider.asks_status": "about a house",
    "StateProvider.asks_status": "about a house",
    "AddProvider.minimum_age": "about a house",
    "AddProvider.maximum_age": "about a house",
    "StateProvider.minimum_age": "about a house",
    "StateProvider.maximum_age": "about a house",
    "RequestCounselling.counsellor_gender": "a wish about the counsellor",
    "RecordDependant.age": "support keeps dependants: no other service announces them",
    "CorrectDependant.age": "support keeps dependants: no other service announces them",
}
#: Matching criteria in addition to known facts: both must fit, and the response reports differences.
QUERIES_ALTHOUGH: Final = {
    "language": "another language than the case's may be spoken too",
    "gender": "both the known and the given group have to fit",
    "status": "a house may ask for a status that no decision gives, such as a permit; a known one counts first",
    "oldest_child": "children beside the recorded dependants",
}


@pytest.fixture(scope="module")
def announced() -> dict[str, set[str]]:
    """Return the services that announce a code of each list."""
    by_list: dict[str, set[str]] = {}
    for service in _SERVICES:
        emits, _reads = events_of(service)
        for kind in emits.types:
            for _name, code_list in _coded(kind.schema):
                by_list.setdefault(code_list, set()).add(service)
    return by_list


def _coded(schema: Any) -> Iterator[tuple[str, str]]:
    for name, field in schema().fields.items():
        inner = field.inner if type(field) is BoundedList else field
        code_list = getattr(inner, "code_list", None)
        if code_list is not None:
            yield name, code_list


def _commands(service: str) -> list[type[Command]]:
    def below(kind: type[Command]) -> Iterator[type[Command]]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    return [each for each in below(Command) if each.__module__.startswith(f"services.{service}.")]


@pytest.mark.hazard("H-DANGER-3", control="known-facts-are-not-asked")
def test_no_form_of_support_or_legal_asks_for_what_another_service_announces(announced: dict[str, set[str]]) -> None:
    asking = {
        f"{command.__name__}.{name}"
        for service in ("legal", "support")
        for command in _commands(service)
        for name, code_list in _coded(command.schema)
        if code_list not in ABOUT_THE_ACT and announced.get(code_list, set()) - {service}
    }
    reason = "A field asks for what another service announces. Read it from the events, or say here why it may ask."
    assert asking == set(ASKS_ALTHOUGH), reason


@pytest.mark.hazard("H-DANGER-3", control="known-facts-are-not-asked")
def test_no_form_of_support_asks_for_the_age_gender_or_risk_of_the_person() -> None:
    parts_of("support")
    asking = {
        f"{command.__name__}.{name}"
        for command in _commands("support")
        for name in command.schema().fields
        if any(word in name.split("_") or word == name for word in _TELLING)
    }
    assert asking == set(NAMED_ALTHOUGH)


def test_a_match_needs_nothing_that_is_known(announced: dict[str, set[str]]) -> None:
    lists = {"language", "gender", "status", "oldest_child"}
    assert {name for name, _schema, _meaning in ASKED if name in lists} == set(QUERIES_ALTHOUGH)
    assert {"age", "served_gender", "language"} <= announced.keys()
