"""The message that a page shows once after an action: bound to the session, and never in an address."""

from http import HTTPStatus
from typing import Final

from flask import Response, g, make_response, redirect, request

from services.web import parts
from services.web.guarding import signed_in

#: An action was saved.
SAVED: Final = "saved"


# control: H-DESK-3 messages-are-of-the-session
def led_to(path: str, said: str = SAVED) -> Response:
    """Return the redirect to a page that shows a message once, by its code.

    No page reads the query of the address: it only tells the page after an action from the page of a form.
    """
    parts.current().sessions.say(signed_in().cookie, f"{said} {path}")
    return make_response(redirect(f"{path}?done=1", HTTPStatus.SEE_OTHER))


def said() -> str:
    """Return the code of the message that this page shows; empty if there is none. The next request has none."""
    if "said" not in g:
        g.said = _said()
    code: str = g.said
    return code


def _said() -> str:
    if g.get("session") is None:
        return ""
    code, _, path = signed_in().said.partition(" ")
    is_shown = bool(code) and path == request.path and parts.current().sessions.take_said(signed_in())
    return code if is_shown else ""
