"""The explanation of a deadline, from the services' answers. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.web.doing.table import ACTS
from services.web.doing.table.facts import RECORDS
from services.web.upstream.client import Answer

#: The form that corrects a fact, by the service that recorded it.
CORRECTS: Final = {"intake": "correct-fact", "legal": "correct-legal-fact"}
#: The lists of the codes that a fact needs to change a deadline.
_NEEDED: Final = (
    *("decision_outcome", "identification_stage", "remedy", "known_or_unknown", "yes_no_unknown", "data_right"),
    *("clock_code", "period_ground", "authority", "jurisdiction"),
)


@dataclass(frozen=True)
class Found:
    """The explanation, None if no service has one; `is_away`: a service that may have it did not answer."""

    explanation: Mapping[str, Any] | None
    is_away: bool
    #: The service that keeps the deadline.
    service: str = ""


@dataclass(frozen=True)
class Answering:
    """A form that answers the question of a deadline: the action, and the fact to correct (empty: a new one)."""

    act: str
    fact: str = ""
    kind: str = ""


def found_in(answers: Mapping[str, Answer]) -> Found:
    """Return the explanation of the one service that keeps the deadline."""
    is_away = any(answer.is_missing for answer in answers.values())
    for service, answer in answers.items():
        if answer.is_good:
            return Found(answer.document, is_away, service)
    return Found(None, is_away)


def answering(found: Found, *, is_adviser: bool) -> list[Answering]:
    """Return the forms that answer the question of a deadline.

    A fact is corrected at the service that recorded it. Facts of another case are corrected in that case. Only advisers
    record at legal.
    """
    explanation = found.explanation
    if explanation is None or not explanation["question"]:
        return []
    asked = [fact for fact in explanation["facts"] or () if fact["id"] in (explanation["ask_about"] or ())]
    if not asked:
        return [Answering(RECORDS["legal" if is_adviser and found.service == "legal" else "intake"])]
    # Intake says nothing of the facts that legal recorded. All other facts without a kind are hidden from the reader.
    known = [fact for fact in asked if fact["kept"] != "other_case" and (fact["kind"] or fact["kept"] == "elsewhere")]
    forms = [_correcting(found.service, fact) for fact in known]
    return [form for form in forms if is_adviser or form.act != CORRECTS["legal"]]


def _correcting(service: str, fact: Mapping[str, Any]) -> Answering:
    [other] = CORRECTS.keys() - {service}
    return Answering(CORRECTS[service if fact["kept"] == "here" else other], fact["id"], fact["kind"] or "")


def recording(kind: str, *, is_adviser: bool) -> str:
    """Return the form that records a fact that would change a deadline; empty if the reader has no such form.

    Only advisers record facts at legal. At intake it depends on the case, so the explanation links to a form there only
    from its question.
    """
    act = ACTS[RECORDS["legal"]]
    return f"{act.code}?{act.decides}={kind}" if is_adviser and kind in act.shows else ""


def changes_of(explanation: Mapping[str, Any], word: Callable[[str, str], str]) -> list[tuple[str, str, str]]:
    """Return what would change a deadline: effect, kind of fact, and the codes that the fact needs in words.

    `word` returns the label of a code of a list, or the code itself. No line comes twice.
    """
    lines = (
        (change["effect"], change["kind"], ", ".join(_named(code, word) for code in change["where"] or ()))
        for change in explanation["changes"] or ()
    )
    return list(dict.fromkeys(lines))


def _named(code: str, word: Callable[[str, str], str]) -> str:
    return next((label for name in _NEEDED if (label := word(name, code)) != code), code)
