"""Members of staff that a test registers, as a real installation has them: everyone who acts or is named."""

from typing import Any
from uuid import UUID

from deploy.cli.api import Api
from shared.access import staff
from shared.access.staff import LEFT, Member
from shared.reference import codes
from shared.store.database import Database

#: The agency of all of them by default. No test names it in a case: if a person excludes an agency, its staff are
#: excluded too.
AGENCY = UUID("0197a3c2-5c1e-7d3b-9a52-6f0e7b41c8d2")


def register(database: Database, member: UUID, *roles: str, **different: Any) -> UUID:
    """Register a person with these roles in addition to their current ones; return their id.

    A person who left stays so.
    """
    with database.transaction() as session:
        found = staff.find(session, member)
        if found is None or found.state != LEFT:
            standing = {} if found is None else vars(found)
            both = sorted({*roles, *standing.get("roles", ())} & set(codes("staff_role")))
            said = {"id": member, "agency": AGENCY, **standing, "roles": tuple(both), **different}
            staff.keep(session, Member(**said))
    return member


def registered(api: Api, subject: str, *roles: str) -> str:
    """Register a person at a running installation, as its operator; return their id."""
    body = {"id": subject, "agency": "NL.COMENSHA", "roles": sorted(roles), "name": "Fictitious"}
    api.post("intake", "/v1/staff", body)
    return subject
