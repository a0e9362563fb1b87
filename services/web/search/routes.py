"""The page that finds a case by a name or a number. A form sends them, so no address, title or log contains them."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response, make_response, redirect, render_template, request

from services.web import parts
from services.web.guarding import for_sessions
from services.web.session.drafts import Draft
from services.web.upstream import reads
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop

_PATH: Final = "/search"
#: The roles that search. Other people have no link to this page.
SEARCHING: Final = frozenset(
    ("caseworker", "outreach_worker", "legal_adviser", "counsellor", "support_worker", "supervisor")
)
_FIELDS: Final = ("name", "birth_year", "number")
_LONGEST: Final = 200
_YEAR: Final = re.compile(r"[0-9]{4}")
_ALIKE: Final = {
    "same": gettext_noop("the same name"),
    "one_letter_apart": gettext_noop("one letter apart"),
    "sounds_alike": gettext_noop("sounds alike"),
}

_UNCLEAR: Final = gettext_noop("Type a name or a case number. The year of birth must have four digits or be empty.")
_AWAY: Final = gettext_noop("The search does not work now: the service does not answer. Try again in a minute.")
_NO_NUMBER: Final = gettext_noop("You can see no case with this number. Check the number, or ask the case's team.")


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/search", view_func=search, methods=["GET", "POST"])


@for_sessions
def search() -> str | Response:
    """Show the form and the results.

    What was typed is kept sealed for the page with the results, so that Back and Reload work.
    """
    if request.method == "POST":
        return _sent()
    desk = parts.current()
    kept = desk.drafts.find(desk.person(), _PATH, desk.clock()) if request.args.get("again") == "1" else None
    if kept is None:
        desk.drafts.delete(desk.person(), _PATH)
        return _page()
    typed = {name: kept.typed.get(name, ("",))[0] for name in _FIELDS}
    return _page(**typed, error=_(kept.reply["error"])) if kept.reply.get("error") else _found(typed)


def _sent() -> Response:
    """Lead to the case with the number that was typed, or to the page with the results."""
    typed = {name: request.form.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    if not typed["number"]:
        year = typed["birth_year"]
        return _lead(typed, _UNCLEAR if not typed["name"] or (year and not _YEAR.fullmatch(year)) else "")
    answer = parts.current().upstream.send(reads.look_up(typed["number"]), parts.current().caller())
    if answer.is_good and answer.document["case"]:
        parts.current().drafts.delete(parts.current().person(), _PATH)
        return make_response(redirect(f"/cases/{answer.document['case']}", HTTPStatus.SEE_OTHER))
    return _lead(typed, _AWAY if answer.is_away else _NO_NUMBER)


def _lead(typed: Mapping[str, str], error: str) -> Response:
    desk = parts.current()
    texts = {name: (text,) for name, text in typed.items() if text}
    desk.drafts.save(desk.person(), _PATH, Draft(texts, {}, "", "", reply={"error": error}), desk.clock())
    return make_response(redirect(f"{_PATH}?again=1", HTTPStatus.SEE_OTHER))


def _found(typed: Mapping[str, str]) -> str:
    """Return the page with the results of a search by name."""
    desk, year = parts.current(), typed["birth_year"]
    answer = desk.upstream.send(reads.search(typed["name"], int(year) if year else None), desk.caller())
    if answer.is_away:
        return _page(**typed, error=_(_AWAY))
    if not answer.is_good:
        return _page(**typed, error=str(answer.document.get("detail", _("The service refused this search."))))
    return _page(**typed, found=answer.document.get("found", []), more=bool(answer.document.get("more")))


def _page(**values: Any) -> str:
    shown = {**dict.fromkeys(_FIELDS, ""), "error": "", "found": None, "more": False, **values}
    return render_template("search.html", here="search", alike_words=_ALIKE, **shown)
