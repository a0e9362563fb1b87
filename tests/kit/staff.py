"""Members of staff whom a test registers, as an installation has: whoever asks, and whoever is named."""

from typing import Any
from uuid import UUID

from deploy.cli.api import Api
from shared.access import staff
from shared.access.staff import LEFT, Member
from shared.reference import codes
from shared.store.database import Database

#: Where all of them work, unless a test says otherwise: no test names it in a case, for whoever works for an agency
#: that the person excludes is excluded with it.
AGENCY = UUID("0197a3c2-5c1e-7d3b-9a52-6f0e7b41c8d2")


def register(database: Database, member: UUID, *roles: str, **different: Any) -> UUID:
    """Register somebody in these roles, beside those that they have; who left stays so. Return their id."""
    with database.transaction() as session:
        found = staff.find(session, member)
        if found is None or found.state != LEFT:
            standing = {} if found is None else vars(found)
            both = sorted({*roles, *standing.get("roles", ())} & set(codes("staff_role")))
            said = {"id": member, "agency": AGENCY, **standing, "roles": tuple(both), **different}
            staff.keep(session, Member(**said))
    return member


def registered(api: Api, subject: str, *roles: str) -> str:
    """Register somebody at an installation that runs, as its operator; return their id."""
    body = {"id": subject, "agency": "NL.COMENSHA", "roles": sorted(roles), "name": "Fictitious"}
    api.post("intake", "/v1/staff", body)
    return subject
