"""Routes that return a copy of a person's records and a report of who saw them. Each requires a permit."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy import select

from shared.access.declarations import ID, declare, nullable, omittable
from shared.access.permissions import Need, OfTheLead
from shared.access.views import View, parts
from shared.audit.trail import audit_log
from shared.events.contract import Code, Codes, Day, Reference
from shared.http import Call, Media, Refused, Reply, paging, route
from shared.http.route import Query
from shared.privacy import disclosure_permits
from shared.privacy.copies import HANDED_BY_DEMAND, Copying, copied, sees_all
from shared.privacy.printing import page

PAGE = 500
_TEAM = ("caseworker", "legal_adviser", "counsellor", "support_worker")
#: Only roles that see the whole copy at a service can give it, and each service names them (`copy.give`).
ACCESS = {"access_report.give": {**dict.fromkeys(_TEAM, Need.TEAM), "supervisor": Need.SUPERVISION}}
#: The requests of the person that stay allowed while their case is restricted.
RIGHTS = frozenset(("copy.give", "access_report.give"))
#: The roles that the report names by staff id: those who work with the person. For others it shows only the role.
NAMED = frozenset(_TEAM) | {"outreach_worker"}
_DISCLOSURE: tuple[Query, ...] = (
    ("disclosure", {"type": "string", "format": "uuid"}, "the decided demand of another than the person"),
)
_AFTER: tuple[Query, ...] = (paging.AFTER,)
_DENIED = 400
_NO_DEMAND = (
    "decided_demand_names_it",
    "No demand that was decided in the last 30 days allows a copy. Record the demand at intake, and have it decided.",
)
_NOT_RELEASED = (
    "released_to_the_person",
    (
        "No copy is released here: a request and its reviews are recorded at intake first. Record the request, "
        "check for coercion in private, and have the data about others reviewed. If that is done, the release has "
        "ended, or is on its way."
    ),
)


class PersonCopy(View):
    """The data that a service stores about the person: its parts by name, and which parts were omitted."""

    id = omittable(ID)
    left_out = declare(Codes(), None, "The parts that were left out, since nobody has reviewed them yet.", example=[])


class Act(View):
    """A read or a change of the file, or an attempt."""

    on = declare(Day(), None, "The day.")
    roles = declare(fields.List(fields.String()), None, "In which role.", example=["caseworker"])
    who = declare(nullable(Reference()), None, "Whom the person works with, by their staff id; else null.")
    did = declare(Code(), None, "The action.", example="case.read")
    kind = declare(fields.String(), None, "`attempt`, or `seen or changed`.", example="seen or changed")


class AccessReport(paging.Page):
    """The reads and changes of the person's file, and the attempts, oldest first."""

    acts = parts(Act)


_COPY = Media("application/json", PersonCopy)
_REPORT = Media("application/json", AccessReport)


class OperatedCopies:
    """The routes, for a service class that has an `edge` and declares how it copies."""

    name: str
    copying: Copying

    @route(
        "GET",
        "/v1/cases/<uuid:case>/copy",
        action="copy.give",
        query=_DISCLOSURE,
        reply=_COPY,
    )
    def copy(self, call: Call) -> Reply:
        """Return all data stored here about the person, as JSON or (Accept: text/html) as a page to print."""
        if not sees_all(self.copying, call.session, call.case, call.sight):
            raise OfTheLead("copy.give")
        release = disclosure_permits.find(call.session, call.case, disclosure_permits.COPY, _disclosure(call))
        if release is None:
            raise self._refused(call)
        body = copied(self.copying, call.session, call.case, release)
        handed = _handed(call, f"copy/{self.name}", body, self.copying.view)
        return replace(handed, noted_as=None if release.classes is None else HANDED_BY_DEMAND)

    @route(
        "GET",
        "/v1/cases/<uuid:case>/access-report",
        action="access_report.give",
        query=_AFTER,
        reply=_REPORT,
    )
    def access_report(self, call: Call) -> Reply:
        """Return who saw or changed the person's file here, and who tried, oldest first."""
        if disclosure_permits.find(call.session, call.case, disclosure_permits.ACCESS_REPORT) is None:
            raise self._refused(call)
        return _handed(call, f"report/{self.name}", self._acts(call), AccessReport)

    def _refused(self, call: Call) -> Refused:
        if "disclosure" in call.query:
            rule, message = _NO_DEMAND
        else:
            rule, message = self.copying.obstacle(call.session, call.case) or _NOT_RELEASED
        return Refused(409, "Not to be handed over", message, [{"rule": rule, "message": message}])

    def _acts(self, call: Call) -> dict[str, Any]:
        after = paging.after(call.query, paging.place) or 0
        hidden = self.copying.hidden_acts(call.session, call.case)
        query = select(audit_log).where(
            audit_log.c.subject == call.case, audit_log.c.number > after, audit_log.c.action.not_in(sorted(hidden))
        )
        rows = call.session.execute(query.order_by(audit_log.c.number).limit(PAGE)).all()
        team = self.copying.team(call.session, call.case)
        return {
            "acts": [_act(row, team) for row in rows],
            "next": str(rows[-1].number) if len(rows) == PAGE else None,
        }


def _act(row: Any, team: frozenset[str]) -> dict[str, Any]:
    roles = row.roles.split(",")
    named = row.actor in team and bool(NAMED & set(roles))
    return {
        "on": row.at.date().isoformat(),
        "roles": roles,
        "who": row.actor if named else None,
        "did": row.action,
        # A refused caller saw nothing, also if the person excluded them.
        "kind": "attempt" if row.status >= _DENIED else "seen or changed",
    }


def _disclosure(call: Call) -> UUID | None:
    try:
        return UUID(call.query["disclosure"]) if "disclosure" in call.query else None
    except ValueError:
        raise paging.unclear("The value of `disclosure` is not valid. Send a UUID.") from None


def _handed(call: Call, title: str, body: dict[str, Any], view: type[View] | None) -> Reply:
    # Text, because no part is withheld by class: every role that can give it sees all of it (a test checks the tables).
    if "text/html" in call.accepts:
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Language": call.language}
        return Reply(text=page(title, body, view, call.language), headers=headers)
    return Reply(text=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
