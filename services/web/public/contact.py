"""Asking a person to make contact: the way, the details, a check, and the return code, which is shown once."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID, uuid4

from flask import Flask, abort, request

from services.web.public import details, parts
from services.web.public.details import Details
from services.web.public.intake import REQUESTS
from services.web.public.parts import page, words
from services.web.upstream.client import Answer
from shared.reference.words import PUBLIC_LANGUAGES

TOO_MANY: Final = "page/error_too_many"
FAILED: Final = "page/error_failed"


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/<spoken:language>/contact", view_func=contact, methods=["GET", "POST"])


def contact() -> str | tuple[str, int]:
    """Return the form for the way, or the page that follows from a form."""
    if not words().document["contact"]["jurisdictions"]:
        abort(HTTPStatus.NOT_FOUND)
    typed = details.read(request.form)
    button = request.form.get("go", "") if request.method == "POST" else "begin"
    if button == "begin":
        return _form("way", typed, {})
    problems = details.problems_of_way(typed)
    if problems or button == "way":
        return _form("way", typed, problems) if problems else _form("details", typed, {})
    problems = details.problems_of_details(typed)
    if problems or button == "change":
        return _form("details", typed, problems)
    return _send(typed) if button == "send" else _form("review", typed, {})


def _form(step: str, typed: Details, problems: dict[str, str]) -> str | tuple[str, int]:
    shown = page("contact.html", **_values(step, typed, problems))
    return (shown, HTTPStatus.UNPROCESSABLE_ENTITY) if problems else shown


def _values(step: str, typed: Details, problems: dict[str, str]) -> dict[str, Any]:
    form = _form_id(typed["form"])
    return {"step": step, "typed": typed, "problems": problems, "label_of": details.label_of, "form": form}


def _form_id(stated: str) -> str:
    """Return the id of a form, by which intake knows a form that was sent twice."""
    try:
        return str(UUID(stated))
    except ValueError:
        return str(uuid4())


def _send(typed: Details) -> str | tuple[str, int]:
    body: dict[str, Any] = {
        **details.body_of(typed),
        "jurisdiction": typed["jurisdiction"],
        "language": typed["spoken"] if typed["spoken"] in PUBLIC_LANGUAGES else words().language,
        "topics": [topic for topic in typed.chosen("topics") if topic in words().document["topics"]],
        "form": _form_id(typed["form"]),
    }
    answer = parts.current().intake.post(REQUESTS, body, parts.visitor())
    if answer.is_good:
        return page("sent.html", code=str(answer.document.get("return_code") or ""))
    problems = details.problems_of_intake(answer.document.get("errors"))
    if problems:
        return _form("way" if {"jurisdiction", "way"} & problems.keys() else "details", typed, problems)
    return failed(answer, "contact.html", **_values("review", typed, {}))


# control: H-PUBLIC-5 refusal-shows-help-numbers
def failed(answer: Answer, template: str, **values: Any) -> tuple[str, int]:
    """Return a page again with the reason why intake took nothing, and the help numbers on it."""
    is_busy = answer.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    return page(template, failure=TOO_MANY if is_busy else FAILED, **values), HTTPStatus.SERVICE_UNAVAILABLE
