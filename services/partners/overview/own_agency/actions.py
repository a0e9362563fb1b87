"""Show an agency its own entry in the register and its agreements."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.agencies.agency import actions as register
from services.partners.agencies.agency.actions.locking import own_agency
from services.partners.agencies.agreement import actions as agreements
from services.partners.overview.own_agency.schemas import OwnAgreement, OwnEntry
from shared.access.tokens import Principal
from shared.http import Reply

_ENTRY: Final = tuple(OwnEntry().fields)
_AGREEMENT: Final = tuple(OwnAgreement().fields)


def own_entry(session: Session, *, by: Principal) -> Reply:
    """Show the calling agency's entry in the register. Ask the operator of the installation to correct it.

    Raises `NotFound`.
    """
    agency = own_agency(by)
    entry, _version = register.shown(session, agency)
    return Reply({name: entry[name] for name in _ENTRY}, about=agency)


def own_agreements(
    session: Session, state: str | None, after: UUID | None, limit: int, now: datetime, *, by: Principal
) -> Reply:
    """List the calling agency's agreements: purposes, data categories, last day and state.

    Raises `NotFound`.
    """
    agency = own_agency(by)
    found = agreements.page(session, now, agency=agency, state=state, after=after, limit=limit)
    shown = [{name: each[name] for name in _AGREEMENT} for each in found]
    following = str(found[-1]["id"]) if len(found) == limit else None
    return Reply({"agreements": shown, "next": following}, about=agency)
