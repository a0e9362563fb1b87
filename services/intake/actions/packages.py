"""The package of a referral: written by the team, sealed by category, and frozen when it goes."""

import json
from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.actions.coming_of_age import counting
from services.intake.actions.records import record_of
from services.intake.actions.safe_contact import agreement
from services.intake.actions.today import local_today
from services.intake.models import Case, Referral, ReferralPackage, bump, covered, standing_consents
from services.intake.rules import packages
from shared import keys
from shared.keys import Place
from shared.standing import exclusions

_WENT = "went"


def write(session: Session, case: UUID, which: UUID, body: dict[str, Any]) -> int:
    """Store what is written for the agency, in place of what was; gives the case's version.

    Raises `NotFound`, `StepForbidden`.
    """
    packages.writable(record_of(session, Referral, case, which).state)
    row = session.get(ReferralPackage, which) or ReferralPackage(referral_id=which, case_id=case)
    session.add(row)
    parts = packages.parted(body)
    for category in packages.WRITTEN:
        setattr(row, category, _sealed(session, row, category, parts.get(category)))
    return bump(session, case)


def read(session: Session, case: UUID, which: UUID) -> dict[str, Any]:
    """Show the team what is written, and what went on which day. Raises `NotFound`."""
    record_of(session, Referral, case, which)
    row = session.get(ReferralPackage, which)
    went = None if row is None else _opened(session, row, _WENT)
    return {
        "id": which,
        "package": packages.flat(_written(session, row)),
        "sent": None if went is None else packages.flat(went),
        "package_sent_on": None if row is None else row.sent_on,
    }


def preview(session: Session, now: datetime, case: UUID, which: UUID) -> dict[str, Any]:
    """Show exactly what would go to the agency today, and the categories that stay behind. Raises `NotFound`.

    Of what went, what is covered no longer is not given again; of a referral that has ended, nothing.
    """
    referral = record_of(session, Referral, case, which)
    row = session.get(ReferralPackage, which)
    if referral.sent_on is None:
        parts = _whole(session, case, row)
    else:
        parts = (_opened(session, row, _WENT) or {}) if row is not None else {}
    ended = referral.sent_on is not None and not packages.is_given(referral.state)
    today = local_today(session.get_one(Case, case).jurisdiction, now)
    going = {} if ended else packages.goes(parts, referral.data_categories, covered_today(session, referral, today))
    return {"id": which, "package": packages.flat(going), "left_out": sorted(parts.keys() - going.keys())}


def freeze(session: Session, referral: Referral, today: date) -> None:
    """Keep what goes to the agency with a referral that is sent, and the day."""
    row = session.get(ReferralPackage, referral.id)
    parts = _whole(session, referral.case_id, row)
    going = packages.goes(parts, referral.data_categories, covered_today(session, referral, today))
    if not going:
        return
    row = row or ReferralPackage(referral_id=referral.id, case_id=referral.case_id)
    session.add(row)
    row.went, row.sent_on = _sealed(session, row, _WENT, going), today


def move(session: Session, before: UUID, moved: Referral) -> None:
    """Let the package of a draft go with it to another case, sealed anew under that case's key."""
    row = session.get(ReferralPackage, before)
    if row is None:
        return
    made = ReferralPackage(referral_id=moved.id, case_id=moved.case_id)
    for category, fields in _written(session, row).items():
        setattr(made, category, _sealed(session, made, category, fields))
    session.add(made)
    session.delete(row)


def packages_of(session: Session, case: UUID, hidden: Collection[tuple[str, str]]) -> list[dict[str, Any]]:
    """Give what was written for agencies, or went, but for the safe contact; `hidden`: agency and purpose left out."""
    own = ReferralPackage.case_id == case
    found = select(ReferralPackage, Referral).join(Referral, Referral.id == ReferralPackage.referral_id)
    rows = session.execute(found.where(own).order_by(ReferralPackage.referral_id)).all()
    shown = []
    for row, referral in rows:
        if (referral.agency, referral.purpose) not in hidden:
            fields = packages.flat(_opened(session, row, _WENT) or _written(session, row))
            fields.pop(packages.SAFE_CONTACT[1], None)
            shown.append({"referral": referral.id, "agency": referral.agency, "sent_on": row.sent_on, **fields})
    return shown


def _whole(session: Session, case: UUID, row: ReferralPackage | None) -> dict[str, dict[str, Any]]:
    """Give what is written, with how the person is reached safely and whom they excluded, as it stands now."""
    parts = {category: dict(fields) for category, fields in _written(session, row).items()}
    agreed = agreement(session, case)
    agencies = sorted(each.agency for each in exclusions.of_case(session, case) if each.agency is not None)
    for (category, field), value in ((packages.SAFE_CONTACT, agreed), (packages.EXCLUDED_AGENCIES, agencies)):
        if value:
            parts.setdefault(category, {})[field] = value
    return parts


def covered_today(session: Session, referral: Referral, today: date) -> list[list[str]]:
    """Give the categories that may go to a referral's agency today, per consent and per sharing that stands."""
    case, agency, purpose = referral.case_id, referral.agency, referral.purpose
    if agency in [each.agency for each in exclusions.of_case(session, case)]:
        return []
    standing = counting(session, case, standing_consents(session, case, today), today)
    consented = [each.data_categories for each in standing if each.agency == agency and purpose in each.purposes]
    return [*consented, *covered(session, case, agency, purpose, today)]


def _written(session: Session, row: ReferralPackage | None) -> dict[str, dict[str, Any]]:
    if row is None:
        return {}
    opened = {category: _opened(session, row, category) for category in packages.WRITTEN}
    return {category: fields for category, fields in opened.items() if fields is not None}


def _sealed(session: Session, row: ReferralPackage, column: str, value: Any) -> bytes | None:
    if value is None:
        return None
    return keys.of(session).seal(row.case_id, _place(row, column), json.dumps(value, default=time.isoformat))


def _opened(session: Session, row: ReferralPackage, column: str) -> Any:
    sealed = getattr(row, column)
    return None if sealed is None else json.loads(keys.of(session).unseal(row.case_id, _place(row, column), sealed))


def _place(row: ReferralPackage, column: str) -> Place:
    return Place("referral_packages", column, row.referral_id)
