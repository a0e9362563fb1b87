"""Write, read and send the package of a referral. It is sealed by category, and frozen when it is sent."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.agencies.consent.actions.consents import standing_consents, valid_consents
from services.intake.agencies.consent.actions.sharings import covered
from services.intake.agencies.referral import rules
from services.intake.agencies.referral.models import Referral, ReferralPackage
from services.intake.agencies.referral.schemas import WritePackage
from services.intake.facts.case.actions import record_of
from services.intake.facts.case.models import Case, bump, current_version
from services.intake.facts.safe_contact.actions import agreement_of, is_missing
from shared import encryption
from shared.access import agencies, exclusions
from shared.casework import danger, dates
from shared.encryption import Cell
from shared.events.openings import of_a_referral

_WENT = "went"


@dataclass(frozen=True, slots=True)
class Package:
    """The written package, what was sent (None: nothing yet), and on which day."""

    id: UUID
    package: dict[str, object]
    sent: dict[str, object] | None
    package_sent_on: date | None


@dataclass(frozen=True, slots=True)
class Preview:
    """The package that the agency would receive today, and the categories that it would not."""

    id: UUID
    package: dict[str, object]
    left_out: list[str]


def write_package(session: Session, case: UUID, referral_id: UUID, command: WritePackage) -> None:
    """Store the package of a referral, in place of the one before.

    Raises `NotFound`, `StepForbidden`.
    """
    referral = record_of(session, Referral, case, referral_id)
    rules.check_writable(referral.state)
    row = session.get(ReferralPackage, referral_id) or ReferralPackage(referral_id=referral_id, case_id=case)
    session.add(row)
    before = rules.flat(_written(session, row))
    parts = rules.parted(command.stored())
    for category in rules.WRITTEN:
        setattr(row, category, _sealed(session, row, category, parts.get(category)))
    version = bump(session, case)
    for field in rules.RISKS:
        was = before.get(field)
        said_before = None if was is None else str(was)
        danger.report(session, referral, field, now=getattr(command, field), before=said_before, time=version)


def read_package(session: Session, case: UUID, referral_id: UUID) -> tuple[Package, int]:
    """Return the written package, and the sent package with its day.

    Raises `NotFound`.
    """
    record_of(session, Referral, case, referral_id)
    row = session.get(ReferralPackage, referral_id)
    sent = None if row is None else _opened(session, row, _WENT)
    package = Package(
        id=referral_id,
        package=rules.flat(_written(session, row)),
        sent=None if sent is None else rules.flat(sent),
        package_sent_on=None if row is None else row.sent_on,
    )
    return package, current_version(session, case)


def preview_package(session: Session, case: UUID, referral_id: UUID, now: datetime) -> Preview:
    """Return exactly what the agency would receive today, and the categories that are left out. Raises `NotFound`.

    Data that were sent but are not covered now are left out. If the referral has ended, everything is left out.
    """
    referral = record_of(session, Referral, case, referral_id)
    row = session.get(ReferralPackage, referral_id)
    if referral.sent_on is None:
        parts = _whole(session, case, row)
    else:
        parts = (_opened(session, row, _WENT) or {}) if row is not None else {}
    ended = referral.sent_on is not None and not rules.is_given(referral.state)
    today = dates.today(now, session.get_one(Case, case).jurisdiction)
    going = {} if ended else rules.goes(parts, referral.data_categories, going_today(session, referral, today))
    return Preview(id=referral_id, package=rules.flat(going), left_out=sorted(parts.keys() - going.keys()))


def freeze_package(session: Session, referral: Referral, today: date) -> None:
    """Store what the agency receives with a referral that is sent, and the day."""
    row = session.get(ReferralPackage, referral.id)
    parts = _whole(session, referral.case_id, row)
    going = rules.goes(parts, referral.data_categories, going_today(session, referral, today))
    if not going:
        return
    row = row or ReferralPackage(referral_id=referral.id, case_id=referral.case_id)
    session.add(row)
    row.went, row.sent_on = _sealed(session, row, _WENT, going), today


def move_package(session: Session, before: UUID, moved: Referral) -> None:
    """Move the package of a draft with it to another case, sealed with that case's key."""
    row = session.get(ReferralPackage, before)
    if row is None:
        return
    package = ReferralPackage(referral_id=moved.id, case_id=moved.case_id)
    for category, fields in _written(session, row).items():
        setattr(package, category, _sealed(session, package, category, fields))
    session.add(package)
    session.delete(row)


def packages_of(session: Session, case: UUID, hidden: Collection[tuple[UUID, str]]) -> list[dict[str, object]]:
    """Return what was sent to agencies, or is written for them, without the safe contact.

    `hidden`: the agency and purpose of referrals that are left out.
    """
    own = ReferralPackage.case_id == case
    query = select(ReferralPackage, Referral).join(Referral, Referral.id == ReferralPackage.referral_id)
    rows = session.execute(query.where(own).order_by(ReferralPackage.referral_id)).all()
    shown = []
    for row, referral in rows:
        if (referral.agency, referral.purpose) not in hidden:
            fields = rules.flat(_opened(session, row, _WENT) or _written(session, row))
            fields.pop(rules.SAFE_CONTACT[1], None)
            shown.append({"referral": referral.id, "agency": referral.agency, "sent_on": row.sent_on, **fields})
    return shown


def _whole(session: Session, case: UUID, row: ReferralPackage | None) -> dict[str, dict[str, object]]:
    """Return what is written, together with the current safe contact and the person's exclusions."""
    parts = {category: dict(fields) for category, fields in _written(session, row).items()}
    agreed = agreement_of(session, case)
    excluded = sorted(str(agency) for agency in exclusions.agencies_of(session, case))
    people = exclusions.people_of(session, case)
    for (category, field), value in (
        (rules.SAFE_CONTACT, agreed),
        (rules.EXCLUDED_AGENCIES, excluded),
        (rules.EXCLUDED_PEOPLE, people),
    ):
        if value:
            parts.setdefault(category, {})[field] = value
    return parts


def going_today(session: Session, referral: Referral, today: date) -> list[list[str]]:
    """Return the covered categories that a referral's agency may receive today.

    While the person is missing, these are only the categories shared without consent, for a named reason.
    """
    return covered_today(session, referral, today, by_consent=not is_missing(session, referral.case_id))


def covered_today(session: Session, referral: Referral, today: date, *, by_consent: bool = True) -> list[list[str]]:
    """Return the categories that are covered for a referral's agency today, by valid consent and by sharing."""
    case, agency, purpose = referral.case_id, referral.agency, referral.purpose
    if agency in [exclusion.agency for exclusion in exclusions.of_case(session, case)]:
        return []
    if not by_consent:
        return [of_a_referral(purpose, shared) for shared in covered(session, case, agency, purpose, today)]
    standing = valid_consents(session, case, standing_consents(session, case, today), today)
    # control: H-CONFIDENTIALITY-31 no-referral-by-a-narrowed-consent
    # A package is of no claim, matter or stage.
    consented = [
        consent.data_categories
        for consent in standing
        if consent.agency == agency and purpose in consent.purposes and not consent.is_narrowed
    ]
    found = (*consented, *covered(session, case, agency, purpose, today))
    return [of_a_referral(purpose, categories) for categories in found]


def _written(session: Session, row: ReferralPackage | None) -> dict[str, dict[str, object]]:
    if row is None:
        return {}
    opened = {category: _opened(session, row, category) for category in rules.WRITTEN}
    return {category: fields for category, fields in opened.items() if fields is not None}


def _sealed(session: Session, row: ReferralPackage, column: str, value: object) -> bytes | None:
    if value is None:
        return None
    return encryption.of(session).seal(row.case_id, _place(row, column), json.dumps(value, default=time.isoformat))


def _opened(session: Session, row: ReferralPackage, column: str) -> Any:
    sealed = getattr(row, column)
    if sealed is None:
        return None
    opened = json.loads(encryption.of(session).unseal(row.case_id, _place(row, column), sealed))
    return _named_by_id(opened) if column == _WENT else opened


def _named_by_id(went: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what was sent, with each excluded agency by its id. Packages of 0.1.0 named agencies by their codes."""
    category, field = rules.EXCLUDED_AGENCIES
    if field in went.get(category, {}):
        went[category][field] = [str(agencies.id_of(each)) for each in went[category][field]]
    return went


def _place(row: ReferralPackage, column: str) -> Cell:
    return Cell("referral_packages", column, row.referral_id)
