"""Agencies by name: authorities of the law, whose ids are derived from their codes, and others."""

from uuid import UUID

from shared.access import agencies, staff
from shared.access.agencies import Agency
from shared.access.staff import Member
from shared.events.envelope import new_id
from shared.store.database import Database


def id_of(code: str) -> str:
    """Return the id of an authority of the law, as in responses and events."""
    return str(agencies.id_of_authority(code))


def registered(database: Database, country: str = "NL", **different: object) -> str:
    """Register an agency in a service's copy of the register, and return its id."""
    agency = Agency(**{"id": new_id(), "type": "NGO", "country": country, **different})  # type: ignore[arg-type]  # each field is named by the test
    with database.transaction() as session:
        agencies.keep(session, agency)
    return str(agency.id)


def set_state(database: Database, agency: str, state: str) -> None:
    """Set the state of an agency: suspended, ended, or active."""
    with database.transaction() as session:
        agencies.set_state(session, UUID(agency), state)


def works_for(database: Database, member: UUID, agency: str, *roles: str) -> None:
    """Set the agency for which a member of staff works."""
    with database.transaction() as session:
        staff.keep(session, Member(id=member, agency=UUID(agency), roles=roles))
