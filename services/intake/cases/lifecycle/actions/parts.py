"""Read parts of a case together with it. Each part is read, refused and audited like its own route."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.access.staff.actions import names_of
from services.intake.cases.lifecycle.schemas import NamedMember, PersonLine, TeamNames
from services.intake.facts.case.models import TeamMember
from services.intake.facts.identity.actions import person_shown
from services.intake.facts.identity.schemas import Person
from services.intake.facts.person.actions import name_of
from services.intake.facts.safe_contact.actions import contact_safety
from services.intake.facts.safe_contact.schemas import ContactSafety
from shared.access import views
from shared.access.permissions import READ_CASE
from shared.access.tokens import Principal
from shared.access.views import CaseView, Shown
from shared.http import Call, Query, paging, part_versions


class PartRead(NamedTuple):
    """How a part is read: the required action, its name in the reply, its view, and the function that reads it.

    `of`: the part whose ETag it has, if that is another part.
    """

    action: str
    name: str
    view: type[CaseView]
    read: Callable[[Session, UUID, datetime, Principal], Mapping[str, Any]]
    of: str = ""


class Parts(NamedTuple):
    """The parts as the reply shows them, and the actions that the audit log notes for them."""

    shown: dict[str, Shown]
    noted: tuple[tuple[str, int], ...]


def _person(session: Session, case: UUID, now: datetime, by: Principal) -> Mapping[str, Any]:
    return person_shown(session, case, now, by=by)


def _name(session: Session, case: UUID, _now: datetime, _by: Principal) -> Mapping[str, Any]:
    return {"id": case, **name_of(session, case)}


def _safe_contact(session: Session, case: UUID, now: datetime, _by: Principal) -> Mapping[str, Any]:
    return contact_safety(session, case, now)


def _team(session: Session, case: UUID, _now: datetime, by: Principal) -> Mapping[str, Any]:
    rows = session.scalars(select(TeamMember).where(TeamMember.case_id == case).order_by(TeamMember.member)).all()
    names = names_of(session, {row.member for row in rows}, by=by)
    return {"members": [views.shown(row, NamedMember, name=names.get(row.member)) for row in rows]}


#: By the part's name in the query parameter `with`.
PARTS: Final[Mapping[str, PartRead]] = {
    "person": PartRead("person.read", "person", Person, _person),
    "name": PartRead("person.read", "name", PersonLine, _name, of="person"),
    "safe-contact": PartRead("safe_contact.read", "safe_contact", ContactSafety, _safe_contact),
    "team": PartRead(READ_CASE, "team", TeamNames, _team),
}
WITH: Final[Query] = (
    "with",
    {"type": "string", "example": "person,team"},
    f"parts that are read too, separated by commas: {', '.join(PARTS)}",
)


def asked_parts(query: Mapping[str, str]) -> Sequence[str]:
    """Return the names of the requested parts. Raises `Refused`."""
    names = query["with"].split(",") if "with" in query else []
    if not set(names) <= PARTS.keys():
        raise paging.unclear(
            f"A value in `with` is not known. Choose from these, separated by commas: {', '.join(PARTS)}."
        )
    return list(dict.fromkeys(names))


# control: H-CONFIDENTIALITY-2 composed-reads-are-audited
def parts_of(call: Call, names: Sequence[str], version: int) -> Parts:
    """Return the parts of a case at this version, each with its ETag, or with the reason why it is hidden.

    The audit entry of the case covers a part that needs no other action than reading the case.
    """
    shown, noted = dict[str, Shown](), list[tuple[str, int]]()
    for part in (PARTS[name] for name in names):
        withheld = call.withheld(part.action)
        if part.action != READ_CASE:
            noted.append((part.action, 200 if withheld is None else withheld.status))
        shown[part.name] = {"hidden": withheld.reason} if withheld else _shown(call, part, version)
    return Parts(shown, tuple(noted))


def _shown(call: Call, part: PartRead, version: int) -> Shown:
    # Read the ETag first. After a change in between it is the older one, so a later change with it is refused.
    etag = part_versions.read(call.session, call.case, version).etag(part.of or part.name)
    data = views.written(part.view, part.read(call.session, call.case, call.now, call.principal), call.sight)
    data[views.WITHHELD_CATEGORIES] = views.withheld_categories(part.view, call.sight)
    return {"etag": etag, "data": data}
