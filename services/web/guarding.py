"""Protection of the pages for staff: the check of forms, and the check of the session.

Only a request with a session gets a page. Forms must come from our own pages and carry the session's form token.
"""

import hmac
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlencode

from flask import Request, Response, abort, current_app, g, make_response, request
from werkzeug.exceptions import HTTPException

from services.web.headers import is_from_own_page
from services.web.session.store import Session, form_token

FORM_TOKEN: Final = "form_token"  # noqa: S105 - the name of a field
#: The header of a request that a page sends automatically. Such a request does not keep a session alive.
BY_PAGE: Final = "HX-Request"
#: The paths of pages. Other addresses with a meaning for a browser, such as `//host`, do not have this form.
_PATH: Final = re.compile(r"/(?:[a-z0-9-]+(?:/[a-z0-9-]+)*)?")
#: Query parameters that apply to one request only: the language before a sign-in, and that an action led to the page.
_OF_ONE_REQUEST: Final = frozenset(("language", "done"))
_FOR_SESSIONS: Final = "is_for_sessions"
View = TypeVar("View", bound=Callable[..., Any])


# control: H-DESK-3 forms-carry-a-token
def check_form(session: Session) -> None:
    """Abort with 403 unless this form belongs to the session and was sent by a page of this desk."""
    if not is_own_form(session.cookie):
        abort(403)


def is_own_form(cookie: str) -> bool:
    """Return whether this form belongs to the session with this cookie and was sent by a page of this desk."""
    sent = request.form.get(FORM_TOKEN, "")
    return is_from_own_page(request) and hmac.compare_digest(sent.encode(), form_token(cookie).encode())


def is_by_person(asked: Request) -> bool:
    """Return whether the person made this request, and not a page automatically."""
    return asked.method == "POST" or BY_PAGE not in asked.headers


def signed_in() -> Session:
    """Return the session of this request. Call it only where `for_sessions` let the request in."""
    session: Session = g.session
    return session


def _loaded_again(response: Response) -> Response:
    """Have the browser load the whole page again if a part of it was asked for automatically.

    Without a session a page must not stay in view.
    """
    if BY_PAGE in request.headers:
        response.headers["HX-Refresh"] = "true"
    return response


def for_sessions(view: View) -> View:
    """Accept a request only with a session, and a form only with the session's form token."""

    @wraps(view)
    def let_in(**arguments: Any) -> Any:
        if g.session is None:
            return _loaded_again(make_response(g.not_signed_in()))
        if request.method == "POST":
            check_form(g.session)
        return view(**arguments)

    vars(let_in)[_FOR_SESSIONS] = True
    return let_in  # type: ignore[return-value]  # it has the arguments of the view


# control: H-DESK-3 sign-in-leads-to-own-pages
def own_page(address: str) -> str:
    """Return this path and query if it is a page of the desk for people with a session; else the start page's path."""
    path, _mark, query = address.partition("?")
    if not _PATH.fullmatch(path):
        return "/"
    try:
        endpoint, _values = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return "/"
    if not vars(current_app.view_functions[endpoint]).get(_FOR_SESSIONS):
        return "/"
    kept = urlencode([(name, text) for name, text in parse_qsl(query) if name not in _OF_ONE_REQUEST])
    return f"{path}?{kept}" if kept else path
