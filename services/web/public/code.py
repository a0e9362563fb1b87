"""A return code: see the state of a request, change how to make contact, or withdraw and erase it.

The code is in the body of each form, never in an address. Texts of the person are not shown again, because another
person may have the code.
"""

from http import HTTPStatus
from typing import Any, Final

from flask import Flask, request

from services.web.public import details, parts
from services.web.public.contact import failed
from services.web.public.details import Details
from services.web.public.intake import CHANGES, STATES, WITHDRAWALS
from services.web.public.parts import page
from services.web.upstream.client import Answer

LONGEST_CODE: Final = 64
#: The text for each state of a request.
STATE_TEXTS: Final = {
    "received": "page/return_received",
    "taken": "page/return_taken",
    "not_reached": "page/return_taken",
}
MISTYPED: Final = "code_reads_right"


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/<spoken:language>/code", view_func=code, methods=["GET", "POST"])


def code() -> str | tuple[str, int]:
    """Return the form for a code, or the page that follows from a form."""
    if request.method == "GET":
        return _drawn("enter")
    entered = " ".join(request.form.get("code", "").split())[:LONGEST_CODE]
    button, typed = request.form.get("go", ""), details.read(request.form)
    if not entered:
        return _drawn("enter", problem=details.MISSING), HTTPStatus.UNPROCESSABLE_ENTITY
    if button in ("change", "way", "save"):
        return _change(button, entered, typed)
    if button == "withdraw":
        return _drawn("sure", code=entered)
    if button == "erase":
        answer = parts.current().intake.post(WITHDRAWALS, {"code": entered}, parts.visitor())
        return _drawn("gone") if answer.is_good else _refused(answer, entered)
    answer = parts.current().intake.post(STATES, {"code": entered}, parts.visitor())
    return _shown(answer, entered) if answer.is_good else _refused(answer, entered)


def _change(button: str, entered: str, typed: Details) -> str | tuple[str, int]:
    if button == "change":
        return _drawn("way", code=entered)
    problems = details.problems_of_way(typed, is_change=True)
    if problems or button == "way":
        return _drawn("way" if problems else "details", code=entered, typed=typed, problems=problems)
    problems = details.problems_of_details(typed)
    if not problems:
        body = {**details.body_of(typed), "code": entered}
        answer = parts.current().intake.post(CHANGES, body, parts.visitor())
        if answer.is_good:
            return _shown(answer, entered, is_changed=True)
        problems = details.problems_of_intake(answer.document.get("errors"))
        if not problems:
            return _refused(answer, entered)
    return _drawn("details", code=entered, typed=typed, problems=problems), HTTPStatus.UNPROCESSABLE_ENTITY


# control: H-PUBLIC-1 code-shows-no-contact
def _shown(answer: Answer, entered: str, *, is_changed: bool = False) -> str:
    state = str(answer.document.get("state"))
    text = STATE_TEXTS.get(state, "page/return_received")
    return _drawn(
        "state",
        code=entered,
        text=text,
        is_changed=is_changed,
        may_change=answer.document.get("may_change") is not False,
    )


def _refused(answer: Answer, entered: str) -> tuple[str, int]:
    """Return the form for a code with the reason why intake does not accept it."""
    if answer.status != HTTPStatus.UNPROCESSABLE_ENTITY:
        return failed(answer, "code.html", **_values("enter", code=entered))
    errors = answer.document.get("errors")
    rules = [str(each.get("rule")) for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    problem = "page/error_code" if MISTYPED in rules else "page/return_unknown"
    return _drawn("enter", code=entered, problem=problem), HTTPStatus.UNPROCESSABLE_ENTITY


def _values(step: str, **values: Any) -> dict[str, Any]:
    usual = {"code": "", "problem": "", "typed": Details(), "problems": {}, "label_of": details.label_of}
    return {"step": step, **usual, **values}


def _drawn(step: str, **values: Any) -> str:
    return page("code.html", **_values(step, **values))
