"""An action is bound to a path by its signature: a mismatch is refused when the module is imported."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from shared.access.declarations import declare
from shared.access.tokens import Principal
from shared.access.views import View
from shared.events.contract import Count
from shared.http import Bound, Command, Created, Unbindable, delete, get, post, required, with_routes
from shared.http.binding import Act
from shared.http.paging import LARGEST_PAGE, PAGE
from shared.http.problems import Refused
from shared.http.route import Call, CallWith, Reply, routes_of

THING, OTHER, CASE = uuid4(), uuid4(), uuid4()
COUNT = declare(Count(), None, "How many.")
ADDRESS = "/v1/cases/<uuid:case>/things"
NOW = datetime.fromisoformat("2026-01-02T03:04:05+00:00")


class CountThings(Command):
    """Things to count."""

    count: int = required(COUNT)


class Things(View):
    """The number of things."""

    count = COUNT


def call(*, command: CountThings | None = None, **path: object) -> Call:
    caller = Principal("the caller", frozenset(), "")
    session: Any = None
    if command is None:
        return Call(session, NOW, caller, path)
    return CallWith(session, NOW, caller, path, command=command)


def answered(bound: Bound, request: Call) -> Reply:
    """Return what a bound action answers, through a service that serves it."""
    room = ModuleType("services.sample.thing.topic")
    service: Any = with_routes([(room, (bound,))])(type("Sample", (), {}))
    replies: list[Reply] = []

    class Edge:
        def serve(self, _spec: object, handle: Any, *_of_request: object) -> None:
            replies.append(handle(request))

    instance = service()
    instance.edge = Edge()
    getattr(instance, bound.name)(None)
    return replies[0]


def make_thing(session: Session, case: UUID, command: CountThings, now: datetime, *, by: Principal) -> UUID:
    """Make things."""
    assert (session, case, command.count, now, by.subject) == (None, CASE, 3, NOW, "the caller")
    return THING


def test_a_request_supplies_what_the_action_takes() -> None:
    reply = answered(
        post("thing.make", ADDRESS, make_thing, creates=True), call(case=CASE, command=CountThings(count=3))
    )
    assert (reply.status, reply.created, reply.version) == (201, THING, None)


def pair(session: Session) -> tuple[UUID, int]:
    """Return an id and a version."""
    assert session is None
    return THING, 7


def identified(session: Session, case: UUID) -> UUID:
    """Return an id."""
    assert (session, case) == (None, CASE)
    return THING


def created(session: Session, case: UUID) -> Created:
    """Return an id and an earlier record."""
    return Created(identified(session, case), OTHER)


def described(session: Session) -> Created:
    """Return an id and further fields."""
    assert session is None
    return Created(THING, body={"count": 7})


def nothing(session: Session, case: UUID, thing: UUID) -> None:
    """Return nothing."""
    assert (session, case, thing) == (None, CASE, THING)


def versioned(session: Session, case: UUID) -> tuple[UUID, int]:
    """Return the version of a case, which would be read at the end of the request."""
    raise NotImplementedError


def version(session: Session, case: UUID) -> int:
    """Return only a version."""
    raise NotImplementedError


def counted(session: Session, thing_id: UUID) -> tuple[dict[str, int], int]:
    """Return the number of things and the version."""
    return count(session, thing_id), 3


def over(session: Session, thing: UUID) -> None:
    """Return nothing."""
    assert (session, thing) == (None, THING)


def page(session: Session, after: UUID | None, limit: int) -> dict[str, object]:
    """Return the bounds of a page."""
    assert session is None
    return {"after": after, "limit": limit}


def numbered(session: Session, colour: str | None, before: int | None, limit: int) -> dict[str, object]:
    """Return the parameters of a numbered list."""
    assert session is None
    return {"colour": colour, "before": before, "limit": limit}


def changed(session: Session, agency: UUID, thing: UUID, matches: Callable[[int], None]) -> int:
    """Return a version."""
    assert (session, agency, thing) == (None, OTHER, THING)
    matches(6)
    return 7


def count(session: Session, thing_id: UUID) -> dict[str, int]:
    """Return the number of things."""
    assert (session, thing_id) == (None, THING)
    return {"count": 7}


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (post("thing.make", "/v1/things", pair, creates=True), (201, THING, 7, None, None)),
        (post("thing.make", ADDRESS, identified, creates=True), (201, THING, None, None, None)),
        (post("thing.make", ADDRESS, created, creates=True), (201, THING, None, OTHER, None)),
        (post("thing.end", f"{ADDRESS}/<uuid:thing>/end", nothing, creates=True), (201, THING, None, None, None)),
        (
            post("thing.make", "/v1/things", described, creates=True, reply=Things),
            (201, THING, None, None, {"count": 7}),
        ),
        (delete("thing.end", f"{ADDRESS}/<uuid:thing>", nothing), (204, None, None, None, None)),
        (post("thing.end", f"{ADDRESS}/<uuid:thing>/end", nothing, status=204), (204, None, None, None, None)),
        (post("thing.end", f"{ADDRESS}/<uuid:thing>/end", nothing, status=202), (202, None, None, None, {"id": THING})),
    ],
)
def test_what_an_action_returns_decides_the_reply(bound: Bound, expected: tuple[object, ...]) -> None:
    path = {"thing": THING} if "thing>" in bound.path else {}
    reply = answered(bound, call(case=CASE, **path))
    assert (reply.status, reply.created, reply.version, reply.alike, reply.body) == expected


def test_a_body_is_returned_as_it_is() -> None:
    bound = get("thing.count", "/v1/things/<uuid:thing>", count, reply=Things, name="count_things")
    assert answered(bound, call(thing=THING)).body == {"count": 7}
    change = post("thing.change", "/v1/things/<uuid:thing>/change", count, changes=True, reply=Things)
    assert answered(change, call(thing=THING)) == Reply({"count": 7})
    bound = get("thing.count", "/v1/things/<uuid:thing>", counted, reply=Things)
    assert answered(bound, call(thing=THING)) == Reply({"count": 7}, version=3)
    end = post("thing.end", "/v1/things/<uuid:thing>/end", over, changes=True, reply=Things)
    assert answered(end, call(thing=THING)) == Reply({"id": THING})


def test_a_page_is_read_from_the_query() -> None:
    bound = get("thing.list", "/v1/things", page, reply=Things, query=PAGE)
    assert answered(bound, call()).body == {"after": None, "limit": LARGEST_PAGE}
    request = replace(call(), query={"after": str(THING), "limit": "3"})
    assert answered(bound, request).body == {"after": THING, "limit": 3}


def test_the_query_supplies_texts_and_where_a_list_by_number_begins() -> None:
    bound = get("thing.list", "/v1/things", numbered, reply=Things, query=(*PAGE, ("colour", {"type": "string"}, "")))
    assert answered(bound, call()).body == {"colour": None, "before": None, "limit": LARGEST_PAGE}
    request = replace(call(), query={"after": "42", "limit": "3", "colour": "red"})
    assert answered(bound, request).body == {"colour": "red", "before": 42, "limit": 3}
    with pytest.raises(Refused):
        answered(bound, replace(call(), query={"after": str(THING)}))
    with pytest.raises(Unbindable):
        get("thing.list", "/v1/things", numbered, reply=Things, query=PAGE)


def test_a_change_without_a_version_returns_a_body_with_the_declared_status() -> None:
    bound = post("thing.count", "/v1/things/<uuid:thing>/count", count, reply=Things, status=201)
    assert answered(bound, call(thing=THING)) == Reply({"count": 7}, status=201)


def test_a_reply_is_about_the_named_id_in_the_path() -> None:
    address = "/v1/agencies/<uuid:agency>/things/<uuid:thing>/end"
    request = replace(call(agency=OTHER, thing=THING), if_match='"6"')
    assert answered(post("thing.change", address, changed, about="thing", changes=True), request).about == THING
    assert answered(get("thing.count", "/v1/things/<uuid:thing>", count, reply=Things), call(thing=THING)).about is None
    with pytest.raises(Unbindable):
        post("thing.change", address, changed, about="other", changes=True)
    with pytest.raises(Unbindable):
        delete("thing.end", f"{ADDRESS}/<uuid:thing>", nothing, about="thing")


@dataclass(frozen=True)
class Change:
    """A change of a case, as the actions of a service accept it."""

    case: UUID
    by: str

    @classmethod
    def from_call(cls, request: Call) -> "Change":
        """Make the change from a request."""
        return cls(request.case, request.principal.subject)


def change_thing(change: Change, thing_id: UUID, command: CountThings) -> UUID:
    """Change things."""
    assert (change, thing_id, command.count) == (Change(CASE, "the caller"), THING, 3)
    return OTHER


def test_a_type_of_the_service_is_made_from_the_request_about_a_case() -> None:
    bound = post("thing.change", f"{ADDRESS}/<uuid:thing>", change_thing, creates=True)
    request = call(case=CASE, thing=THING, command=CountThings(count=3))
    assert answered(bound, request).created == OTHER
    with pytest.raises(Unbindable):
        post("thing.change", "/v1/things/<uuid:thing>", change_thing, creates=True)


def asked(query: Mapping[str, str], language: str) -> Reply:
    """Return the request's parameters in a reply about another thing."""
    return Reply({**query, "language": language}, about=OTHER, once={"secret": "shown once"})


def unnamed(agency: UUID) -> Reply:
    """Return an empty reply for a created agency."""
    return Reply({}, status=201, created=agency)


def test_an_action_can_return_the_reply_itself() -> None:
    address = "/v1/agencies/<uuid:agency>/things"
    reply = answered(get("thing.ask", "/v1/things", asked, reply=Things), replace(call(), query={"colour": "red"}))
    expected = Reply({"colour": "red", "language": "en"}, about=OTHER, once={"secret": "shown once"})
    assert (reply, reply.once) == (expected, expected.once)
    made = answered(post("thing.make", address, unnamed, creates=True, reply=Things), call(agency=THING))
    assert made == Reply({}, status=201, created=THING, about=THING)


def test_a_change_of_a_record_names_it_and_is_about_the_agency_in_the_path() -> None:
    bound = post("thing.change", "/v1/agencies/<uuid:agency>/things/<uuid:thing>/end", changed, changes=True)
    request = replace(call(agency=OTHER, thing=THING), if_match='"6"')
    assert answered(bound, request) == Reply({"id": THING}, version=7, about=OTHER)
    with pytest.raises(Refused):
        answered(bound, replace(request, if_match='"5"'))


def test_an_operation_has_the_name_summary_and_topic_of_its_action_and_room() -> None:
    room = ModuleType("services.sample.thing.topic", "Routes for things.\n")
    bound = (
        post("thing.make", ADDRESS, make_thing, creates=True),
        post("thing.pair", f"{ADDRESS}/pairs", identified, creates=True, name="make_pair"),
    )
    service: type = with_routes([(room, bound)])(type("Sample", (), {}))
    found = {route.name: route for route in routes_of(service)}
    assert found["make_thing"].summary == "Make things."
    assert (found["make_thing"].topic, found["make_thing"].about_topic) == ("thing", "Routes for things.")
    assert found["make_thing"].body is CountThings.schema
    assert (found["make_pair"].action, found["make_pair"].body) == ("thing.pair", None)


def without_docstring(session: Session, case: UUID) -> UUID: ...


def unknown(session: Session, case: UUID, *, colour: str) -> UUID:
    """Declare a parameter that no request supplies."""
    raise NotImplementedError


def text(session: Session, case: str) -> UUID:
    """Declare an id with the type of a text."""
    raise NotImplementedError


def late(session: Session, case: UUID, now: str) -> UUID:
    """Declare the time with the type of a text."""
    raise NotImplementedError


def loose(session: Session, case: UUID, command: dict[str, object]) -> UUID:
    """Declare a body without a schema."""
    raise NotImplementedError


def word(session: Session, case: UUID) -> str:
    """Return a word."""
    raise NotImplementedError


@pytest.mark.parametrize(
    "wrong", [without_docstring, unknown, text, late, loose, word, version, versioned], ids=lambda act: act.__name__
)
def test_an_action_that_does_not_fit_its_address_is_refused(wrong: Act) -> None:
    with pytest.raises(Unbindable):
        post("thing.make", ADDRESS, wrong, creates=True)


def test_an_action_that_ignores_an_id_in_its_address_is_refused() -> None:
    with pytest.raises(Unbindable):
        post("thing.make", f"{ADDRESS}/<uuid:thing>", identified, creates=True)


def test_a_read_needs_a_view_and_a_read_has_no_body() -> None:
    with pytest.raises(Unbindable):
        get("thing.count", "/v1/things/<uuid:thing>", count)
    with pytest.raises(Unbindable):
        get("thing.count", "/v1/things/<uuid:thing>", counted)
    with pytest.raises(Unbindable):
        post("thing.count", "/v1/things/<uuid:thing>", count, creates=True, reply=Things)
    with pytest.raises(Unbindable):
        get("thing.make", ADDRESS, make_thing, reply=Things)
