"""The self-check: one question per page, each can be skipped, and no verdict at the end.

The answers go from page to page in hidden fields of the body. They are in no address and are stored nowhere.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Flask, request

from services.web.public import parts
from services.web.public.intake import CHECKS
from services.web.public.parts import page, words

SKIPPED: Final = "passed_over"
#: The answers that a person chooses; `SKIPPED` is a button.
CHOICES: Final = ("yes", "no", "not_sure")
#: The prefix of the hidden fields with the answers so far, and the field of the question that is shown.
ANSWER, AT = "q.", "at"
#: Topics about something that belongs to the person.
_OWED: Final = frozenset(("unpaid_wages", "documents"))


@dataclass(frozen=True)
class Step:
    """The place of a visitor in the questions."""

    answers: Mapping[str, str]
    at: int
    is_missing: bool = False


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/<spoken:language>/questions", view_func=questions, methods=["GET", "POST"])


def questions() -> str:
    """Return the first question, or the page that follows from the form of a question."""
    asked = words().document["questions"]
    step = Step({}, 0) if request.method == "GET" else next_step(asked, request.form)
    if step.at >= len(asked):
        return _end(step.answers)
    return page("question.html", step=step, question=asked[step.at], total=len(asked), choices=CHOICES)


def next_step(asked: Sequence[str], form: Mapping[str, str]) -> Step:
    """Return the step after a form. Unknown questions and answers are ignored: no page of this site sends them."""
    allowed = (*CHOICES, SKIPPED)
    answers = {question: form.get(f"{ANSWER}{question}", "") for question in asked}
    answers = {question: answer for question, answer in answers.items() if answer in allowed}
    at = _number(form.get(AT, ""), len(asked))
    button, answer = form.get("go", "next"), form.get("answer", "")
    if button == "back":
        return Step(answers, max(at - 1, 0))
    if at < len(asked) and button in ("next", "stop") and answer in CHOICES:
        answers = {**answers, asked[at]: answer}
    elif at < len(asked) and button == "skip":
        answers = {**answers, asked[at]: SKIPPED}
    elif button == "next":
        return Step(answers, at, is_missing=True)
    return Step(answers, len(asked) if button == "stop" else at + 1)


def _number(text: str, most: int) -> int:
    return min(int(text), most) if re.fullmatch(r"\d{1,3}", text) else 0


def _end(answers: Mapping[str, str]) -> str:
    """Return the last page: possible meanings of the answers, and the person's options. Intake stores no answer."""
    body = {"language": words().language, "questions": dict(answers)}
    answer = parts.current().intake.post(CHECKS, body, parts.visitor())
    known = answer.document if answer.is_good else {}
    topics = [str(topic) for topic in known.get("topics") or ()]
    return page(
        "end.html",
        topics=topics,
        is_urgent=bool(known.get("urgent")),
        is_touched=any(given in ("yes", "not_sure") for given in answers.values()),
        is_owed=not _OWED.isdisjoint(topics),
        is_away=not answer.is_good,
    )
