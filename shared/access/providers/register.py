"""Which member of staff a sign-in belongs to: asked of this service's copy of the register, at each request.

So whoever leaves is nobody from the moment at which this service heard of it, however long their token would live.
"""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from shared.access import staff
from shared.access.providers.checking import SignIn
from shared.access.tokens import AGENCY_ROLES, SERVICE_ROLE, Principal, TokenRefused

#: Why a valid sign-in is refused that belongs to no member of staff.
NOT_REGISTERED: Final = "not_registered"


def member_of(session: Session, sign_in: SignIn, today: date) -> Principal:
    """Return who asks, by their staff id; raises `TokenRefused` for somebody who is not registered, or works no more.

    Their roles are the register's, or those of the token where the operators chose so.
    """
    digest = staff.subject_digest(staff.SUBJECT_KEY.of(session), sign_in.issuer, sign_in.subject)
    member = staff.by_subject(session, digest)
    if member is None:
        raise TokenRefused(NOT_REGISTERED)
    if not member.works(today):
        raise TokenRefused("works_no_more")
    roles = frozenset(member.roles) if sign_in.claimed is None else sign_in.claimed
    if roles & {SERVICE_ROLE, *AGENCY_ROLES}:
        raise TokenRefused("role_is_not_the_issuers")
    return Principal(str(member.id), roles, sign_in.issuer, sign_in.issued_at)
