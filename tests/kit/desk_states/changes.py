"""Changes of the services' responses for a state of a page."""

from collections.abc import Callable
from typing import Any

from services.web.doing.table import ACTS
from tests.kit import desk_operator, desk_register
from tests.kit.desk_pages import CASE, NOON
from tests.kit.desk_states.world import SAID, World

Change = Callable[[World], None]


def all_answer(status: int) -> Change:
    def change(world: World) -> None:
        world.instead = {"": (status, {"detail": SAID})}
        if status == 401:
            world.instead["me"] = (status, {})

    return change


def is_away(service: str) -> Change:
    return lambda world: world.away(service)


def is_arriving(service: str) -> Change:
    """Answer as a service that has not yet received the case."""

    def change(world: World) -> None:
        world.instead[service] = 503, {"type": "urn:casepath:problem:not-here-yet", "detail": SAID}

    return change


def is_calculating(world: World) -> None:
    """Answer as if the deadlines were calculated before the last fact."""
    world.of_case("intake")["facts"] = [{"id": CASE, "recorded_at": "2026-03-02T11:00:01+00:00"}]
    world.of_case("legal", "/timeline")["calculated_at"] = NOON


def answer_differs(route: Any, **different: Any) -> Change:
    """Change the response of a route."""

    def change(world: World) -> None:
        world.shown[route] = {**world.shown[route], **different}

    return change


def agency_differs(**different: Any) -> Change:
    return answer_differs(f"/v1/agencies/{desk_register.AGENCY}", **different)


def part_answers(route: str, status: int) -> Change:
    """Change the response of one route while the other routes of its service answer normally."""

    def change(world: World) -> None:
        world.parts[route] = status, {}

    return change


def safe_contact_differs(**different: Any) -> Change:
    def change(world: World) -> None:
        world.of_case("intake")["parts"]["safe_contact"]["data"]["safe_contact"] |= different

    return change


def received_by(*agencies: int, **different: Any) -> Change:
    def change(world: World) -> None:
        shown = world.of_case("partners", "/deliveries")["agencies"]
        chosen = [{**shown[place], **different} for place in agencies]
        world.of_case("partners", "/deliveries")["agencies"] = chosen

    return change


def name_is(state: str) -> Change:
    def change(world: World) -> None:
        world.of_case("intake")["parts"]["name"]["data"] |= {"name": None, "name_state": state}

    return change


def operation_is(**different: Any) -> Change:
    def change(world: World) -> None:
        for service in desk_operator.SERVICES:
            world.shown[service, "/v1/operation"] = desk_operator.operation(service, **different)

    return change


def reception_is(**different: Any) -> Change:
    return answer_differs("/v1/reception", agencies=[{**desk_operator.SUMMARY, **different}])


def refuses(status: int, **document: Any) -> Change:
    return lambda world: world.refuse(status, **{"detail": SAID, **document})


def refuses_fields(world: World) -> None:
    fields = {name.partition(".")[0] for act in ACTS.values() for name in (each.name for each in act.operation.fields)}
    errors = [{"field": name, "message": SAID} for name in sorted(fields)]
    world.refuse(422, detail=SAID, errors=errors)


def changed_meanwhile(world: World) -> None:
    world.doing.version += 1
    world.doing.agreement = {**world.doing.agreement, "code_word": f"{world.text} {world.text}", "channels": ["email"]}
    world.doing.record |= {"detected_on": "2026-02-07", "happened": "2026-02-07", "given_on": "2026-02-07"}
    world.refuse(412)


def not_allowed(world: World) -> None:
    world.doing.allowed = False
    world.shown.pop(("intake", f"/v1/cases/{CASE}"))


def nothing_answers(status: int) -> Change:
    def change(world: World) -> None:
        world.instead = {"": (status, {}), "me": (status, {})}

    return change


def broken_search(world: World) -> None:
    world.shown["/v1/searches"] = {"found": 1}
