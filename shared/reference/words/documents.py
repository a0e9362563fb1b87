"""Lists and profiles with labels in one language, as JSON data that is sufficient for a form."""

from collections.abc import Iterable, Mapping
from typing import Final

from shared.reference.clock_rules import ClockRule
from shared.reference.codelists import CodeList, Part
from shared.reference.leaf import Leaf
from shared.reference.periods import Length
from shared.reference.profiles import Profile, Stage
from shared.reference.readings import worded
from shared.reference.words.catalogues import LANGUAGES, catalogue
from shared.reference.words.labels import words_of_code, words_of_list

Told = dict[str, object]
#: The code lists of codes that a law defines.
_STAGES: Final = "identification_stage"


def told_languages() -> list[Told]:
    """Return the languages that have labels, and whether a native speaker has read them."""
    return [
        {"language": language, "read_by_native_speaker": catalogue("codes", language).is_read} for language in LANGUAGES
    ]


def told_lists(lists: Iterable[CodeList], language: str) -> list[Told]:
    """Return the label of each list, whether it is about a person, and the number of its codes."""
    return [
        {
            "list": found.name,
            "label": words_of_list(found.name, language),
            "about": found.about,
            "public": found.public,
            "codes": len(found.taken),
        }
        for found in lists
    ]


def told_list(found: CodeList, language: str) -> Told:
    """Return a list with the labels of each code, in the list's own order."""
    taken, parts = set(found.taken), {value: part for part in found.parts for value in part.values}
    return {
        "list": found.name,
        "label": words_of_list(found.name, language),
        "about": found.about,
        "public": found.public,
        "language": language,
        "read_by_native_speaker": catalogue("codes", language).is_read,
        "attribution": list(found.attribution),
        "codes": [_told_code(found.name, code, language, code in taken, parts.get(code)) for code in found.values],
    }


def word_bundle(lists: Iterable[CodeList], language: str) -> Told:
    """Return the labels of several lists in one language, by list and code."""
    return {
        "language": language,
        "read_by_native_speaker": catalogue("codes", language).is_read,
        "lists": {found.name: _bundled(found, language) for found in lists},
    }


def _bundled(found: CodeList, language: str) -> Told:
    codes = {code: _coded(found.name, code, language) for code in found.values}
    return {
        "label": words_of_list(found.name, language),
        "codes": {
            code: {name: text for name, text in words.items() if name != "code" and text is not None}
            for code, words in codes.items()
        },
    }


def told_profile(law: Profile, language: str) -> Told:
    """Return a jurisdiction: its path, authorities, periods, remedies, bodies, help; each with its source."""
    return {
        **_coded("jurisdiction", law.code, language),
        "language": language,
        "read_by_native_speaker": catalogue("codes", language).is_read,
        "country": law.country,
        "currency": law.place.currency,
        "timezone": law.timezone,
        "languages": _all("language", law.languages, language),
        "consent": {"adult": law.consent.adult, "child": law.consent.child, **_origin(law.consent, language)},
        "majority": {"years": law.majority.years, **_origin(law.majority, language)},
        "duty_to_notify": _duty(law, language),
        "first_responders": _responders(law, language),
        "authorities": [
            {**_coded("authority", code, language), "name": leaf.name, **_origin(leaf, language)}
            for code, leaf in law.authorities.items()
        ],
        "stages": [_stage(leaf, language) for leaf in law.stages.values()],
        "periods": [_period(code, rules, language) for code, rules in law.clocks.items()],
        "other_periods": [
            {"code": code, "label": leaf.name, **_length(leaf.length), **_origin(leaf, language)}
            for code, leaf in law.other_periods.items()
        ],
        "remedies": _remedies(law, language),
        "rights": [
            {**_coded("victim_right", code, language), **_origin(leaf, language)} for code, leaf in law.rights.items()
        ],
        "residence": [
            {
                **_coded("residence", code, language),
                "authorities": _all("authority", leaf.authorities, language),
                "at_least": None if leaf.at_least is None else str(leaf.at_least),
                **_origin(leaf, language),
            }
            for code, leaf in law.residence.items()
        ],
        "entitlements": [
            {
                **_coded("entitlement", code, language),
                "kind": _coded("entitlement_kind", leaf.kind, language),
                "starts": _coded("entitlement_start", leaf.starts, language),
                "days": leaf.days,
                "ends_with": _coded("entitlement_end", leaf.ends_with, language),
                "prolonged_by": (
                    None if leaf.prolonged_by is None else _coded("entitlement_prolonging", leaf.prolonged_by, language)
                ),
                "ask_within": leaf.ask_within,
                "ask_before": leaf.ask_before,
                "warn_days": list(leaf.warn_days),
                "then": _all("entitlement", leaf.then, language),
                **_origin(leaf, language),
            }
            for code, leaf in law.entitlements.items()
        ],
        "help": [
            {
                "code": code,
                "label": leaf.name,
                "kind": leaf.kind,
                "phone": leaf.phone,
                "web": leaf.web,
                **_origin(leaf, language),
            }
            for code, leaf in law.help.items()
        ],
    }


def _told_code(code_list: str, code: str, language: str, is_taken: bool, part: Part | None) -> Told:  # noqa: FBT001 - a row's own column
    return {
        **_coded(code_list, code, language),
        "taken": is_taken,
        "effective_from": None if part is None else part.version,
        "effective_to": None if part is None or part.effective_to is None else part.effective_to.isoformat(),
    }


def _coded(code_list: str, code: str, language: str) -> Told:
    words = words_of_code(code_list, code, language)
    return {"code": code, "label": words.label, "hint": words.hint, "label_for_child": words.for_child}


def _all(code_list: str, codes: Iterable[str], language: str) -> list[Told]:
    return [_coded(code_list, code, language) for code in codes]


def _duty(law: Profile, language: str) -> Told | None:
    duty = law.duty_to_notify
    if duty is None:
        return None
    return {
        "bodies": [_coded(_list_of(law, code), code, language) for code in duty.bodies],
        "any_institution": duty.any_institution,
        "receiver": None if duty.receiver is None else _coded("authority", duty.receiver, language),
        "anonymous": duty.anonymous,
        **_origin(duty, language),
    }


def _list_of(law: Profile, body: str) -> str:
    return "authority" if body in law.authorities else "first_responder"


def _responders(law: Profile, language: str) -> Told | None:
    responders = law.first_responders
    if responders is None:
        return None
    return {"bodies": _all("first_responder", responders.bodies, language), **_origin(responders, language)}


def _stage(leaf: Stage, language: str) -> Told:
    return {
        **_coded(_STAGES, leaf.code, language),
        "kind": leaf.kind,
        "authorities": _all("authority", leaf.authorities, language),
        "outcomes": _all("decision_outcome", leaf.outcomes, language),
        "requires": _all(_STAGES, leaf.requires, language),
        "reconsiders": _all(_STAGES, leaf.reconsiders, language),
        "requested_by": _all("requester", leaf.requested_by, language),
        "needs_consent": leaf.needs_consent,
        **_origin(leaf, language),
    }


def _period(code: str, rules: tuple[ClockRule, ...], language: str) -> Told:
    newest = rules[-1]
    return {
        **_coded("clock_code", code, language),
        "kind": _coded("clock_kind", newest.kind, language),
        "kept_by": newest.keeper,
        "versions": [
            {
                **_length(rule.length),
                "readings": [worded(rule, reading) for reading in rule.readings],
                "extendable": rule.extendable,
                "late_filing": rule.late_filing,
                **_origin(rule, language),
            }
            for rule in rules
        ],
    }


def _remedies(law: Profile, language: str) -> list[Told]:
    return [
        {
            **_coded("remedy", code, language),
            "forum": leaf.forum,
            "period": None if leaf.clock is None else _coded("clock_code", leaf.clock, language),
            "starts_on": leaf.starts_on,
            **_origin(leaf, language),
        }
        for code, leaf in law.remedies.items()
    ]


def _length(length: Length | None) -> Mapping[str, object]:
    return {"length": None if length is None else str(length), "length_words": None if length is None else length.words}


def _origin(leaf: Leaf, language: str) -> Told:
    """Return the source of a statement, and its certainty. The note is in English."""
    return {
        "source": leaf.source,
        "layer": leaf.layer,
        "certainty": _coded("clock_certainty", leaf.certainty, language),
        "check": _coded("who_checks", leaf.check, language),
        "read_on": None if leaf.read_on is None else leaf.read_on.isoformat(),
        "from_memory": leaf.from_memory,
        "effective_from": leaf.version,
        "effective_to": None if leaf.effective_to is None else leaf.effective_to.isoformat(),
        "note": leaf.note or None,
    }
