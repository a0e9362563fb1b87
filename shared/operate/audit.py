"""The data-protection officer's routes for the audit log: as a chain that can be checked, or about one case."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select

from shared.access import exclusions
from shared.access.permissions import Need
from shared.audit.hash_chain import audit_chain, chain_head, checkpoints
from shared.audit.trail import audit_log
from shared.http import Call, Reply, paging, route

PAGE = 500
ACCESS = {"audit.read": {"data_protection_officer": Need.ANY}}


class OperatedAudit:
    """What every service offers to whoever watches over who saw what."""

    @route("GET", "/v1/audit/chain", action="audit.read")
    def audit_links(self, call: Call) -> Reply:
        """Return the chain of the audit log in order, each link with the row that it covers (null if it is gone)."""
        after = paging.after(call.query, paging.place) or 0
        links = (
            select(audit_chain.c.place, audit_chain.c.hash, audit_chain.c.number.label("chained"), audit_log)
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
                "row": None if row.number is None else _row(row),
            }
            for row in call.session.execute(links)
        ]
        return Reply({"links": rows, "next": str(rows[-1]["place"]) if len(rows) == PAGE else None})

    @route("GET", "/v1/audit/checkpoints", action="audit.read")
    def audit_checkpoints(self, call: Call) -> Reply:
        """Return the signed checkpoints of the chain, how many rows are not chained yet, and which never can be."""
        signed = call.session.scalars(select(checkpoints.c.signed).order_by(checkpoints.c.place))
        chained = select(audit_chain.c.number).where(audit_chain.c.number == audit_log.c.number).exists()
        floor = select(chain_head.c.floor).scalar_subquery()
        waiting = select(func.count()).select_from(audit_log).where(~chained, audit_log.c.number > floor)
        # The chain has gone past them without them: they were slipped in later.
        outside = select(audit_log.c.number).where(~chained, audit_log.c.number <= floor)
        outside_numbers = call.session.scalars(outside.order_by(audit_log.c.number).limit(PAGE))
        return Reply(
            {
                "checkpoints": list(signed),
                "unchained": call.session.scalar(waiting),
                "slipped_in": list(outside_numbers),
            }
        )

    @route("GET", "/v1/audit", action="audit.read")
    def audit_about(self, call: Call) -> Reply:
        """Return the audit rows about one subject (`?subject=`), oldest first."""
        subject, after = paging.subject(call.query), paging.after(call.query, paging.place) or 0
        if subject is None:
            raise paging.unclear("`subject` is a UUID: the case that is asked about.")
        query: Select[Any] = select(audit_log).where(audit_log.c.subject == subject, audit_log.c.number > after)
        if exclusions.names(call.session, subject, UUID(call.principal.subject)):
            # To whom the person excluded there is no such case, whatever their office.
            return Reply({"rows": [], "next": None}, about=subject)
        rows = [_row(row) for row in call.session.execute(query.order_by(audit_log.c.number).limit(PAGE))]
        return Reply({"rows": rows, "next": str(rows[-1]["number"]) if len(rows) == PAGE else None}, about=subject)


def _row(row: Row[Any]) -> dict[str, Any]:
    columns = {column.name: getattr(row, column.name) for column in audit_log.columns}
    return {**columns, "at": row.at.isoformat(), "subject": row.subject and str(row.subject)}
