"""Read a story's cases at all services for each agency, and compare the data categories with the story's table.

One member of staff of each agency is on the team, in the role that fits the agency. A reader of the lead agency has the
same role. Of the data that the lead's reader sees, the agency's reader sees the data that the person's consent or a
ground covers, and nothing else. Neither reader creates records. Records that an agency made itself, or that are about
the agency, are its own and are not compared.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, TypeAlias
from uuid import uuid4

from deploy.cli.api import ApiProblem
from deploy.cli.journey.desk import Desk
from services.registry import parts_of
from shared.access.declarations import AnyField, declaration_of
from shared.access.permissions import OF_THE_LEAD
from shared.access.views import WITHHELD, WITHHELD_CATEGORIES, categorised
from shared.http import routes_of
from shared.http.transaction import view_of
from shared.reference import id_of_authority
from tests.stories import agreed, grounds, mapping
from tests.stories.playing import LEAD, PATIENCE, Player
from tests.stories.stories import Step, Story, cases_of

SERVICES: Final = ("intake", "legal", "support")
#: A service, the view that serialised a reply, and the body of the reply.
Reply: TypeAlias = tuple[str, Any, Mapping[str, Any]]
#: Actions that do not show the case to staff: the person's copy, the access report, and suggestions of a directory.
_NOT_SHOWN: Final = frozenset(("copy.give", "access_report.give", "provider.match"))
_REFUSED: Final = frozenset((403, 404, 409, 422, 503))
#: How long before a case is closed to readers the earlier state is checked.
_MOMENT: Final = timedelta(seconds=1)
_EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
#: The part of a case in which the ids for an address below a case are found.
_PARTS: Final[Mapping[str, str]] = {"detection": "detections", "referral": "referrals", "consent": "consents"}
#: The kinds of step that can change the data that an agency sees.
_CHANGES: Final = frozenset(("consent", "withdrawal", "erasure", "merge", "transfer"))


@cache
def addresses(service: str, role: str) -> list[tuple[str, Any]]:
    """Return the addresses about a case that show a role categorised data, each with the view of its reply."""
    parts, kind = parts_of(service)
    return [
        (route.path, view)
        for route in routes_of(kind)
        if route.method == "GET" and route.about_case and role in parts.access.get(str(route.action), {})
        if route.action not in _NOT_SHOWN and _has_category(view := view_of(route))
    ]


def _has_category(view: Any) -> bool:
    """Return whether a reply can have data that depends on consent. Other replies contain nothing to compare."""
    return any(category not in (None, OF_THE_LEAD) for _field, category in _fields(view).values())


@cache
def _fields(view: Any) -> dict[str, tuple[AnyField, str | None]]:
    return {path: (field, category) for path, field, category in categorised(view)}


def categories_in(view: Any, body: Mapping[str, Any], own: Collection[str]) -> set[str]:
    """Return the data categories with a value in a reply, except in records by or about the `own` ids."""
    shown = {name: value for name, value in body.items() if name not in (WITHHELD, WITHHELD_CATEGORIES)}
    found = _found(_fields(view), shown, "", own)
    return {category for category in found if category not in (None, OF_THE_LEAD)}


def _found(
    fields: Mapping[str, tuple[AnyField, str | None]], value: Any, path: str, own: Collection[str]
) -> Iterator[str | None]:
    if path in fields:
        if value not in _EMPTY:
            yield fields[path][1]
    elif isinstance(value, list):
        for row in value:
            yield from _found(fields, row, path, own)
    elif isinstance(value, dict):
        inner = {name: f"{path}.{name}".lstrip(".") for name in value}
        if not any(_is_own(fields.get(below), value[name], own) for name, below in inner.items()):
            for name, below in inner.items():
                yield from _found(fields, value[name], below, own)


def _is_own(declared: tuple[AnyField, str | None] | None, value: Any, own: Collection[str]) -> bool:
    declaration = declared and declaration_of(declared[0])
    return bool(declaration and (declaration.author or declaration.party) and value in own)


class Reader:
    """A member of staff who reads everything that they can read of a case, at every service."""

    def __init__(self, desk: Desk, role: str) -> None:
        """Store the client of the reader, and the role."""
        self.desk, self.role = desk, role

    def shown(self, case: str, parts: Mapping[str, list[str]], own: Collection[str]) -> dict[str, set[str]]:
        """Return the data categories of which the reader sees a value, by service."""
        found: dict[str, set[str]] = {service: set() for service in SERVICES}
        for service, view, body in self.replies(case, parts):
            found[service] |= categories_in(view, body, own)
        return found

    def replies(self, case: str, parts: Mapping[str, list[str]]) -> list[Reply]:
        """Return each reply that shows the reader a value.

        `parts`: the ids for the addresses that need some, by the names of the parameters.
        """
        asked = [
            (service, view, self._read(service, address))
            for service in SERVICES
            for path, view in addresses(service, self.role)
            for address in _filled(path, case, parts)
        ]
        return [(service, view, body) for service, view, body in asked if body]

    def _read(self, service: str, address: str) -> Mapping[str, Any]:
        try:
            body: Mapping[str, Any] = self.desk.api(self.role).get(service, address).json()
        except ApiProblem as problem:
            if problem.status not in _REFUSED:
                raise
            return {}
        return body


def _filled(path: str, case: str, parts: Mapping[str, list[str]]) -> list[str]:
    address = path.replace("<uuid:case>", case)
    for name, ids in parts.items():
        if f"<uuid:{name}>" in address:
            return [address.replace(f"<uuid:{name}>", each) for each in ids]
    return [address]


def parts_in(case_file: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the ids of a case's parts that have addresses of their own, by the names of the parameters."""
    return {name: [row["id"] for row in case_file.get(part, ())] for name, part in _PARTS.items()}


def instants(story: Story) -> Iterator[tuple[str, datetime]]:
    """Yield the agencies of a story that can be checked, each with the instants: after each change of consent, and at
    the end.

    The access of the lead agency does not change. It is checked at the end, and before the case is closed for erasure.
    """
    changing = [step.recorded for step in story.steps if _changes(story, step)]
    shut = [step.recorded for step in story.steps if step.kind == "erasure" and "answers" not in step.said]
    for name in story.expect["sees"]:
        if (story.id, name) in mapping.OWN_LIFE:
            continue
        for at in shut if name in story.leads else changing:
            yield name, at - _MOMENT if name in story.leads else at
        yield name, story.evening(story.as_of)


def _changes(story: Story, step: Step) -> bool:
    # Grounds that apply from the beginning are checked with the first consent.
    begun = grounds.GROUNDS.get((story.id, step.number), ())
    return step.kind in _CHANGES or any(ground.reason == grounds.OF_A_CHILD for ground in begun)


def may_have(player: Player, name: str, case: str, at: datetime) -> set[str]:
    """Return the data categories that an agency can receive for a case, by the steps of the story until an instant."""
    story, may = player.story, set[str]()
    for step in story.steps:
        if step.recorded > at or case not in (cases_of(step) or [case]):
            continue
        may |= set(step.said.get("grants", {}).get(name, {}).get("categories", ()))
        asked_to_erase = agreed.ERASES.get(story.id, ()) if step.kind == "erasure" else ()
        if name in (*step.said.get("withdraws", ()), *asked_to_erase):
            may = set()
    for step in story.steps:
        for ground in grounds.begun_by(story, step, case):
            if ground.agency == name and step.recorded <= at and at.date().isoformat() <= ground.until:
                may |= set(ground.data_categories)
    return may


def may_have_joined(player: Player, name: str, case: str, at: datetime) -> set[str]:
    """Return the data categories that an agency can receive for the cases that are joined with a case at an instant."""
    is_joined = any(step.kind == "merge" and step.recorded <= at for step in player.story.steps)
    others = [other for other in player.cases if other != case] if is_joined else []
    return set().union(*(may_have(player, name, other, at) for other in others))


def shown_wrong(player: Player, name: str, at: datetime) -> str | None:
    """Return the differences between the data that an agency sees and its access; None if there are none."""
    table, leads = player.story.expect["sees"][name], mapping.agency(player.story.id, name) == player.lead
    wrong = []
    for case in player.cases:
        if leads:
            shown = set().union(*(_shown(player, _lead(player), role, case, ()) for role in mapping.TEAM))
        else:
            desk, role = _desk(player, name), mapping.reads_as(player.story.agencies[name]["what"])
            join(player, case, role, desk, _lead(player))
            own = _own(player, desk.agency)
            shown = _shown(player, desk, role, case, own)
            expected = _shown(player, _lead(player), role, case, own) & may_have(player, name, case, at)
            # Of a joined case, the agency sees the data that it can receive for that case, as part of the first case.
            if not expected <= shown <= expected | may_have_joined(player, name, case, at):
                wrong.append(f"{case}: {sorted(shown)} instead of {sorted(expected)}")
        if beyond := shown - set(table["may"]):
            wrong.append(f"{case}: {sorted(beyond)} beyond its table")
    return "; ".join(wrong) or None


def _desk(player: Player, name: str) -> Desk:
    """Return the staff of an agency who read and create no records."""
    if name not in player.seers:
        members = {role: str(uuid4()) for role in (*mapping.TEAM, *mapping.READS_AS.values())}
        agency = name if name == player.lead else mapping.agency(player.story.id, name)
        player.seers[name] = Desk(player.targets, members=members, patience=PATIENCE, agency=agency)
    return player.seers[name]


def _lead(player: Player) -> Desk:
    return _desk(player, player.lead)


def join(player: Player, case: str, role: str, *desks: Desk) -> None:
    """Have the readers of a case join its team, at the agency that leads it."""
    if player.restricted is not None:
        return
    on_team = {each["member"] for each in player.read_whole(case)["team"]}
    missing = [member for desk in desks if (member := desk.member(role)) not in on_team]
    for member in missing:
        player.post(LEAD, "intake", case, "team", {"member": member, "role": role})
    if missing:
        player.settle()


def _shown(player: Player, desk: Desk, role: str, case: str, own: Collection[str]) -> set[str]:
    replies = _replies_to_lead(player, role, case) if desk is _lead(player) else _replies(player, desk, role, case)
    return set().union(*(categories_in(view, body, own) for _service, view, body in replies))


def _replies_to_lead(player: Player, role: str, case: str) -> list[Reply]:
    """Return the replies to the lead's reader, with which the others are compared; read once for each instant."""
    if (role, case) not in player.shown_to_lead:
        player.shown_to_lead[role, case] = _replies(player, _lead(player), role, case)
    return player.shown_to_lead[role, case]


def _replies(player: Player, desk: Desk, role: str, case: str) -> list[Reply]:
    join(player, case, role, desk)
    parts = parts_in(player.read_whole(case))
    return Reader(desk, role).replies(player.cases[case], parts)


def _own(player: Player, agency: str) -> set[str]:
    """Return the ids of an agency and of all staff who created records for it."""
    desks = [desk for desk in (player.before, player.desk) if desk is not None and desk.agency == agency]
    named = str(id_of_authority(agency)) if agency in mapping.AUTHORITIES.values() else agency
    return {named, *(member for desk in desks for member in desk.members.values())}
