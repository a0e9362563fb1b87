"""What a request brings, its query and its body, read within bounds."""

import json
from typing import Any

from werkzeug.wrappers import Request

from shared.http.commands import Command
from shared.http.problems import Refused
from shared.http.route import Route
from shared.http.server import LARGEST_BODY

DEEPEST_BODY = 20
LONGEST_QUERY = 200


def query(request: Request) -> dict[str, str]:
    """Return the query of an address. Raises `Refused` where a value is too long."""
    if any(len(value) > LONGEST_QUERY for value in request.args.values()):
        raise Refused(400, "Check the address", f"A query's value may have {LONGEST_QUERY} characters at most.")
    return dict(request.args.items())


def raw_body(request: Request) -> bytes:
    """Return a request's body as it came. Raises `Refused` for one that is too large, or without a declared length."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise Refused(413, "Too large", f"A request may hold {LARGEST_BODY} bytes at most.")
    if "chunked" in request.headers.get("Transfer-Encoding", ""):
        raise Refused(411, "Length is missing", "Send the body with a Content-Length.")
    return request.get_data(cache=False)


def body(route: Route, request: Request, raw: bytes) -> Command | None:
    """Return a body as its route's command; None where the route takes none.

    Raises `Refused` where it is no JSON, and `ValidationError`.
    """
    if route.body is None:
        return None
    if raw and request.mimetype != "application/json":
        raise Refused(415, "Not JSON", "Send the body as application/json.")
    unreadable = Refused(400, "Unreadable", "The body is no JSON document that can be read.")
    try:
        # Who has nothing to say need not say `{}`; a field that is required is asked for by its name.
        document = json.loads(raw or b"{}")
        json.dumps(document, ensure_ascii=False).encode()  # half a surrogate pair is JSON, and no text
    except (ValueError, RecursionError):
        raise unreadable from None
    if _depth(document) > DEEPEST_BODY:
        raise unreadable
    command: Command = route.body().load(document)
    return command


def _depth(document: Any) -> int:
    inner = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    return 1 + max((_depth(entry) for entry in inner), default=0)
