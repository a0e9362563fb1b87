"""Routes for the audit log: as a chain that operators check, or about one case, for the data-protection officer."""

from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy import Select, func, select

from shared.access import exclusions
from shared.access.declarations import declare, nullable
from shared.access.permissions import Need
from shared.access.views import View, part, parts
from shared.audit.hash_chain import audit_chain, chain_head, checkpoints
from shared.audit.trail import audit_log
from shared.events.contract import Code, Flag, Instant, Reference
from shared.http import Call, Reply, paging, route

PAGE = 500
ACCESS = {
    "audit.read": {"data_protection_officer": Need.ANY},
    "audit.verify": {"data_protection_officer": Need.ANY, "operator": Need.ANY},
}


class AuditRow(View):
    """A read or a change, or a refused attempt."""

    number = declare(fields.Integer(), None, "Its place in the log.", example=1)
    at = declare(Instant(), None, "When it was.")
    actor = declare(fields.String(), None, "The staff id, or the service.", example="legal")
    roles = declare(fields.String(), None, "The roles of the token, with commas.", example="caseworker")
    action = declare(Code(), None, "The action of the access table.", example="case.read")
    subject = declare(nullable(Reference()), None, "The case or other subject, if the request was about one.")
    status = declare(fields.Integer(), None, "The status that was answered.", example=200)
    correlation = declare(Reference(), None, "The request.")


class AuditLink(View):
    """One link of the chain."""

    place = declare(fields.Integer(), None, "Its place in the chain.", example=1)
    hash = declare(fields.String(), None, "SHA-256 over the link before and the row, in hexadecimal.", example="00ff")
    number = declare(fields.Integer(), None, "The row that it covers.", example=1)
    excluded = declare(Flag(), None, "Whether the row is about somebody who excluded the reader.", example=False)
    row = part(AuditRow)


class AuditChain(paging.Page):
    """Links of the chain, in order."""

    links = parts(AuditLink)


class AuditCheckpoints(View):
    """How far the chain is signed."""

    checkpoints = declare(fields.List(fields.String()), None, "The signed checkpoints (JWS), oldest first.")
    unchained = declare(fields.Integer(), None, "Rows that are not chained yet.", example=0)
    slipped_in = declare(fields.List(fields.Integer()), None, "Rows that never can be: the chain has gone past them.")


class AuditRows(paging.Page):
    """Audit rows, oldest first."""

    rows = parts(AuditRow)


_AFTER = (paging.AFTER,)


class OperatedAudit:
    """The audit endpoints of every service, for data protection officers and operators."""

    @route("GET", "/v1/audit/chain", action="audit.verify", query=_AFTER, reply=AuditChain)
    def audit_links(self, call: Call) -> Reply:
        """Return the chain of the audit log in order, each link with the row that it covers (null if it was deleted).

        If a row is about a person who excluded the reader, only its hash is returned, so the chain can still be
        verified.
        """
        after = paging.after(call.query, paging.place) or 0
        excluded = exclusions.excludes(audit_log.c.subject, UUID(call.principal.subject)).label("excluded")
        links = (
            select(audit_chain.c.place, audit_chain.c.hash, audit_chain.c.number.label("chained"), excluded, audit_log)
            .outerjoin(audit_log, audit_log.c.number == audit_chain.c.number)
            .where(audit_chain.c.place > after)
            .order_by(audit_chain.c.place)
            .limit(PAGE)
        )
        rows = [
            {
                "place": row.place,
                "hash": row.hash.hex(),
                "number": row.chained,
                "excluded": row.excluded,
                "row": None if row.number is None or row.excluded else row,
            }
            for row in call.session.execute(links)
        ]
        return Reply({"links": rows, "next": str(rows[-1]["place"]) if len(rows) == PAGE else None})

    @route("GET", "/v1/audit/checkpoints", action="audit.verify", reply=AuditCheckpoints)
    def audit_checkpoints(self, call: Call) -> Reply:
        """Return the chain's signed checkpoints, the number of rows not chained yet, and of those that never can be."""
        signed = call.session.scalars(select(checkpoints.c.signed).order_by(checkpoints.c.place))
        chained = select(audit_chain.c.number).where(audit_chain.c.number == audit_log.c.number).exists()
        floor = select(chain_head.c.floor).scalar_subquery()
        waiting = select(func.count()).select_from(audit_log).where(~chained, audit_log.c.number > floor)
        # The chain has passed their numbers without them: they were inserted later.
        outside = select(audit_log.c.number).where(~chained, audit_log.c.number <= floor)
        outside_numbers = call.session.scalars(outside.order_by(audit_log.c.number).limit(PAGE))
        return Reply(
            {
                "checkpoints": list(signed),
                "unchained": call.session.scalar(waiting),
                "slipped_in": list(outside_numbers),
            }
        )

    @route("GET", "/v1/audit", action="audit.read", query=(paging.SUBJECT, paging.AFTER), reply=AuditRows)
    def audit_about(self, call: Call) -> Reply:
        """Return the audit rows about one subject (`?subject=`), oldest first."""
        subject, after = paging.subject(call.query), paging.after(call.query, paging.place) or 0
        if subject is None:
            raise paging.unclear("The value of `subject` is not valid. Send the UUID of the case.")
        query: Select[Any] = select(audit_log).where(audit_log.c.subject == subject, audit_log.c.number > after)
        if exclusions.names(call.session, subject, UUID(call.principal.subject)):
            # To a reader whom the person excluded, the case does not exist, in any role.
            return Reply({"rows": [], "next": None}, about=subject)
        rows = call.session.execute(query.order_by(audit_log.c.number).limit(PAGE)).all()
        return Reply({"rows": rows, "next": str(rows[-1].number) if len(rows) == PAGE else None}, about=subject)
