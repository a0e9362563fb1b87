"""The responses of a route: its reply as its schema writes it, and the problems that it can return."""

from http import HTTPStatus

from shared.access.declarations import declare, omittable
from shared.access.views import View
from shared.events.contract import Reference
from shared.http.openapi import problems, schemas
from shared.http.route import Media, Route


class Created(View):
    """The id of the new record."""

    id = declare(Reference(), None, "The id of the new record.")
    alike = omittable(
        declare(Reference(), None, "An earlier record of the case with the same content, if there is one.")
    )


class Changed(View):
    """The id of the changed record."""

    id = declare(Reference(), None, "The id of the record that was changed or requested.")


def responses(route: Route, *, for_agencies: bool = False) -> dict[str, object]:
    """Return the responses of a route's operation; `for_agencies`: an agency's key can use it too."""
    unchanged = {"304": {"description": "It is still the one of the ETag in If-None-Match."}}
    return {
        **_success(route, for_agencies=for_agencies),
        **(unchanged if route.conditional else {}),
        **problems.answers(route),
    }


def _success(route: Route, *, for_agencies: bool) -> dict[str, object]:
    rates = problems.RATES if for_agencies else {}
    headers = schemas.headers({**_documented_headers(route), **rates})
    extras = {"headers": headers} if headers else {}
    if route.reply is None and (route.method == "DELETE" or route.status == HTTPStatus.NO_CONTENT):
        return {"204": {"description": "Done; there is nothing to tell.", **extras}}
    if route.creates:
        return {"201": {"description": "Created, now or by an earlier try.", **extras, "content": _content(route)}}
    description = "Taken up; how far it has come is read under its id." if route.status == 202 else "Done."  # noqa: PLR2004 - accepted
    return {str(route.status): {"description": description, **extras, "content": _content(route)}}


def _content(route: Route) -> dict[str, object]:
    reply = route.reply or (Created if route.creates else Changed if "<uuid:" in route.path else None)
    if isinstance(reply, Media):
        return {reply.content_type: _media(reply.schema)}
    content: dict[str, object] = {
        "application/json": {"schema": {"type": "object"}} if reply is None else _media(reply)
    }
    return {**content, "text/csv": {"schema": {"type": "string"}}} if route.as_csv else content


def _media(schema: object) -> dict[str, object]:
    return {"schema": schema, "example": schemas.example(schema)} if isinstance(schema, type) else {"schema": schema}


def _documented_headers(route: Route) -> dict[str, str]:
    if route.headers:
        return dict(route.headers)
    if route.conditional:
        return {"ETag": "this text, for If-None-Match"}
    found: dict[str, str] = {}
    if route.creates:
        found["Location"] = "the address of the new record; for a part of a case, the address of the case"
    if route.creates or route.changes or route.about_case:
        found["ETag"] = "the case's version, for If-Match; of a replay, as it was then"
    if route.part is not None and route.method != "GET":
        found["Part-ETag"] = f"the ETag of the part `{route.part}`, for If-Match; not sent with a replay"
    if route.may_repeat:
        found["Idempotent-Replay"] = "`true` if an earlier try with this key had done it; else not sent"
    return found
