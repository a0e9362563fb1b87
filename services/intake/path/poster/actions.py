"""Actions about posters: load, decide, store. They publish no event. None commits."""

import secrets
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.path.outreach.actions import session_of
from services.intake.path.outreach.rules import SMALLEST
from services.intake.path.poster import rules
from services.intake.path.poster.models import PosterCode, PosterScans
from services.intake.path.poster.schemas import CountScan
from shared.access.tokens import Principal
from shared.reference.words import PUBLIC_LANGUAGES


def code_of(session: Session, session_id: UUID, *, by: Principal) -> str:
    """Return the code of a session of the caller's own agency; create it on first use. Raises `NotFound`."""
    session_of(session, session_id, by=by)
    made = insert(PosterCode).values(session=session_id, code=rules.new_code(secrets.choice))
    # Of two concurrent requests, both get the code of the first.
    session.execute(made.on_conflict_do_nothing(index_elements=["session"]))
    return session.execute(select(PosterCode.code).where(PosterCode.session == session_id)).scalar_one()


# control: H-PUBLIC-9 scans-without-visitor
def count_scan(session: Session, command: CountScan) -> None:
    """Increase the number of scans of a session in one language; ignore an unknown code."""
    scanned = select(PosterCode.session).where(PosterCode.code == command.code)
    session_id = session.execute(scanned).scalar_one_or_none()
    if session_id is None:
        return
    first = insert(PosterScans).values(session=session_id, language=command.language, scans=1)
    more = {"scans": PosterScans.scans + 1}
    session.execute(first.on_conflict_do_update(index_elements=["session", "language"], set_=more))


def scans_of(session: Session, session_id: UUID, *, by: Principal) -> Mapping[str, object]:
    """Return how often the posters of a session were scanned, by language, without small numbers.

    The session belongs to the caller's own agency. Raises `NotFound`.
    """
    session_of(session, session_id, by=by)
    counted = select(PosterScans.language, PosterScans.scans).where(PosterScans.session == session_id)
    scans = {row.language: row.scans for row in session.execute(counted)}
    return {"languages": rules.shown(scans, PUBLIC_LANGUAGES), "smallest_shown": SMALLEST}
