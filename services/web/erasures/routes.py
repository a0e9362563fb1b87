"""The page with the answers to erasure requests, and the page of each letter. Neither names the person."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Flask, g, render_template, request

from services.web import parts
from services.web.guarding import for_sessions
from services.web.sign_in.not_shown import instead_of
from services.web.upstream.client import Answer, Ask
from services.web.words.texts import gettext, gettext_noop
from shared.reference.words import LANGUAGES

_LIST: Final = "/erasures"
_AWAY: Final = (
    gettext_noop("Not possible now"),
    gettext_noop("The answers cannot be shown now: the service does not answer. Try again in a minute."),
)
#: The states of a request, as the page names them.
STATES: Final = {
    "refused": gettext_noop("Not erased. The data is kept, and no staff member works with it"),
    "lifted": gettext_noop("Not erased. The team works with the case again"),
    "held": gettext_noop("Erased except for a part that a legal hold needs"),
    "ordered": gettext_noop("Ordered. Not every service has answered yet"),
    "complete": gettext_noop("Complete. Every service has answered"),
}
#: The services that can have erased their part under a hold, as the page names them.
HOLDERS: Final = {"legal": gettext_noop("Legal advice"), "support": gettext_noop("Support")}
#: The states in which the case does not exist any more.
GONE: Final = ("ordered", "complete")


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule(_LIST, view_func=list_answers)
    app.add_url_rule(f"{_LIST}/<uuid:erasure>/letter", view_func=show_letter)


@for_sessions
def list_answers() -> str | tuple[str, int]:
    """List the requests whose answer the reader gives to the person."""
    answer = _send(Ask("intake", "/v1/erasures"))
    instead = instead_of(answer, _AWAY)
    if instead is not None:
        return instead
    return render_template(
        "erasures.html",
        here="do",
        erasures=answer.document["erasures"],
        state=answer.state,
        states=STATES,
        gone=GONE,
        erased=_erased,
    )


def _erased(erasure: Mapping[str, Any]) -> str:
    """Return the names of the services that had to erase all their data under a hold."""
    return ", ".join(gettext(HOLDERS[holder]) for holder in erasure["erasing_holders"])


# control: H-CONFIDENTIALITY-13 only-the-letter-is-printed
@for_sessions
def show_letter(erasure: UUID) -> str | tuple[str, int]:
    """Show the letter, and the form that changes its language. Only the letter is printed."""
    chosen = request.args.get("in", "")
    query = {"language": chosen} if chosen in LANGUAGES else {}
    answer = _send(Ask("intake", f"/v1/erasures/{erasure}/letter", query))
    instead = instead_of(answer, _AWAY)
    if instead is not None:
        return instead
    return render_template(
        "erasure_letter.html",
        here="do",
        letter=answer.document,
        languages=sorted(LANGUAGES, key=lambda code: g.speech.word("language", code).casefold()),
    )


def _send(ask: Ask) -> Answer:
    return parts.current().upstream.send(ask, parts.current().caller())
