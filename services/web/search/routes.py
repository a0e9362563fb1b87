"""The page that finds a case by a name. A form sends the name, so no address, title or log contains it."""

import re
from typing import Any, Final

from flask import Flask, render_template, request

from services.web import parts
from services.web.guarding import for_sessions
from services.web.upstream import reads
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop

_YEAR: Final = re.compile(r"[0-9]{4}")
_ALIKE: Final = {
    "same": gettext_noop("the same name"),
    "one_letter_apart": gettext_noop("one letter apart"),
    "sounds_alike": gettext_noop("sounds alike"),
}


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/search", view_func=search, methods=["GET", "POST"])


@for_sessions
def search() -> str:
    """Show the form and the results."""
    if request.method == "GET":
        return _page()
    desk = parts.current()
    name, year = request.form.get("name", "").strip(), request.form.get("birth_year", "").strip()
    typed = {"name": name, "birth_year": year}
    if not name or (year and not _YEAR.fullmatch(year)):
        return _page(**typed, error=_("Type a name. The year of birth must have four digits or be empty."))
    answer = desk.upstream.send(reads.search(name, int(year) if year else None), desk.caller())
    if answer.is_away:
        text = _("The search does not work now: the service does not answer. Try again in a minute.")
        return _page(**typed, error=text)
    if not answer.is_good:
        return _page(**typed, error=str(answer.document.get("detail", _("The service refused this search."))))
    return _page(**typed, found=answer.document.get("found", []), more=bool(answer.document.get("more")))


def _page(**values: Any) -> str:
    shown = {"name": "", "birth_year": "", "error": "", "found": None, "more": False, **values}
    return render_template("search.html", here="search", alike_words=_ALIKE, **shown)
