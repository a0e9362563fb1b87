"""Map a sign-in to a member of staff: a query of this service's copy of the register on each request.

When this service receives the event that a member of staff left, their access ends, even if their token has not
expired.
"""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from shared.access import staff
from shared.access.providers.checking import SignIn
from shared.access.tokens import AGENCY_ROLES, SERVICE_ROLE, Principal, TokenRefused

#: Reason code for refusing a valid sign-in without a member of staff.
NOT_REGISTERED: Final = "not_registered"


def member_of(session: Session, sign_in: SignIn, today: date) -> Principal:
    """Return the caller by staff id. Raises `TokenRefused` if they are not registered or have left.

    The roles are the register's, or those of the token if the operators chose so.
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
