"""Match a person's needs with the providers. Nothing is stored or published."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.support.cases.case import actions as person
from services.support.cases.case.models import CASES
from services.support.cases.case.rules import Entries
from services.support.cases.safety.actions import regions_to_avoid
from services.support.help.dependant.models import Dependant
from services.support.help.provider import rules
from services.support.help.provider.models import OLDEST, Provider
from services.support.help.provider.rules import Offered, Wanted, Years
from services.support.help.provider.schemas import ASKED, MOST_BEDS, Suiting
from shared.access import agencies, exclusions
from shared.access.permissions import Sight, existing
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import joined
from shared.casework.dates import today
from shared.http import paging
from shared.reference import codes

_AGENCY: Final = agencies.agencies.c
_PROVIDER: Final = Provider.__table__.c
#: The columns that a match shows.
_SHOWN: Final = tuple(_PROVIDER[name] for name in Suiting().fields if name in _PROVIDER)
_OF_AGENCY: Final = {"agency_state": _AGENCY.state, "takes_referrals": _AGENCY.takes_referrals}
#: The columns of each provider, in the order of `Offered`.
_COLUMNS: Final = tuple(_OF_AGENCY[name] if name in _OF_AGENCY else _PROVIDER[name] for name in Offered._fields)


def wanted_by(
    session: Session, case: UUID, query: Mapping[str, str], now: datetime, sight: Sight, *, by: Principal
) -> Wanted:
    """Return a person's needs: the facts that the reader can see, and those that a request states.

    Raises `NotFound`, `Refused`.
    """
    row, sights = CASES.read(session, case), joined.sights(session, CASES, case, sight, now, by=by)
    known = person.known(session, case, sights)
    is_home = query.get("service_type") in rules.HOMES
    children, heads = _household(session, case) if is_home else ((), 1)
    access = query.get("access")
    return Wanted(
        today=today(now, row.jurisdiction),
        is_home=is_home,
        excluded=frozenset(exclusions.agencies_of(session, case)),
        language=query.get("language", row.language),
        avoided=regions_to_avoid(session, case),
        groups=known.groups,
        age=known.age,
        children=children,
        heads=heads,
        known_status=known.status,
        oldest_child=_whole(query, "oldest_child", 0, OLDEST),
        beds=_whole(query, "beds", 1, MOST_BEDS),
        access=None if access is None else frozenset(_needs(access)),
        **{name: query.get(name) for name in ("region", "avoid", "gender", "status")},
    )


def _household(session: Session, case: UUID) -> tuple[tuple[Years, ...] | None, int]:
    """Return the ages of the children who are with the person, and the number of people.

    None instead of the ages if no dependant is recorded, or if it is unknown where one is.
    """
    standing = select(Dependant.age, Dependant.whereabouts).where(
        Dependant.case_id == case, Dependant.taken_back_at.is_(None)
    )
    dependants = session.execute(standing).all()
    beside = [dependant.age for dependant in dependants if dependant.whereabouts == "with_person"]
    is_known = bool(dependants) and all(dependant.whereabouts != "unknown" for dependant in dependants)
    children = tuple(rules.BRACKETS[age] for age in beside if age in rules.BRACKETS)
    return children if is_known or children else None, 1 + sum(age != "unborn" for age in beside)


def _narrowed(query: Mapping[str, str]) -> str:
    """Return the service that a request asks for, after checking all its codes. Raises `Refused`."""
    for name, schema, _meaning in ASKED:
        if name in query and query[name] not in schema.get("enum", (query[name],)):
            raise paging.unclear(f"The value of `{name}` is not known. Send a code of its list.")
    if "service_type" not in query:
        raise paging.unclear("The parameter `service_type` is missing. Send the type of service that the person needs.")
    return query["service_type"]


def match_providers(
    session: Session, case: UUID, query: Mapping[str, str], now: datetime, sight: Sight, *, by: Principal
) -> tuple[Shown, int]:
    """Return the providers that suit the person's needs, and the others, with the reasons; nothing is stored.

    Raises `NotFound`, `Refused`.
    """
    service_type = _narrowed(query)
    wanted = wanted_by(session, case, query, now, sight, by=by)
    return matches_for(session, service_type, wanted), CASES.version(session, case)


def matches_for(session: Session, service_type: str, wanted: Wanted) -> dict[str, object]:
    """Return the providers of a service: those that suit, best first, and the others, each with the reasons."""
    suiting, left_out = rules.match(_offering(session, service_type), wanted)
    best, nearest = suiting[: rules.MOST_SHOWN], left_out[: rules.MOST_LEFT]
    shown = _shown(session, [judged.offered.id for judged in (*best, *nearest)])
    return {
        "suiting": [
            {**shown[judged.offered.id], "reasons": judged.reasons, "reservations": judged.reservations}
            for judged in best
        ],
        "left_out": [{**shown[judged.offered.id], "refusals": judged.refusals} for judged in nearest],
        "differences": rules.differences(wanted),
        "suiting_count": len(suiting),
        "left_out_count": len(left_out),
    }


def draft_referral(
    session: Session,
    case: UUID,
    provider: UUID,
    query: Mapping[str, str],
    now: datetime,
    sight: Sight,
    *,
    by: Principal,
) -> tuple[Shown, int]:
    """Draft a referral to a suitable provider in intake's format; nothing is stored.

    Raises `NotFound`, `Refused`, `StepForbidden`.
    """
    service_type = _narrowed(query)
    wanted = wanted_by(session, case, query, now, sight, by=by)
    offered = existing(next(_offering(session, service_type, _PROVIDER.id == provider), None))
    return rules.draft(rules.judge(offered, wanted), service_type, wanted.today), CASES.version(session, case)


def _offering(session: Session, service_type: str, *narrowed_to: ColumnElement[bool]) -> Iterator[Offered]:
    """Iterate over the existing providers of a service.

    The database returns them as one JSON list, which is parsed in C. The driver would parse each array in Python.
    """
    query = (
        select(func.json_agg(func.json_build_array(*_COLUMNS)))
        .select_from(Provider.__table__)
        .outerjoin(agencies.agencies, _AGENCY.id == _PROVIDER.agency)
        .where(_PROVIDER.services.contains([service_type]), _PROVIDER.state != rules.DEFUNCT, *narrowed_to)
    )
    return (_read(row) for row in session.execute(query).scalar_one() or ())


def _read(row: Entries) -> Offered:
    """Return a provider from its JSON. The profiles describe its agency until the register has arrived."""
    own_id, agency, agency_state, takes_referrals, *rest, known_until = row
    if agency is not None:
        agency = UUID(agency)
        named = agencies.authorities().get(agency) if agency_state is None else None
        if named is not None:
            agency_state, takes_referrals = named.state, named.takes_referrals
    counts_until = None if known_until is None else date.fromisoformat(known_until)
    return Offered._make((UUID(own_id), agency, agency_state, takes_referrals, *rest, counts_until))


def _shown(session: Session, providers: list[UUID]) -> dict[UUID, dict[str, object]]:
    """Return the shown columns of these providers, by id."""
    rows = session.execute(select(*_SHOWN).where(_PROVIDER.id.in_(providers)))
    return {row["id"]: dict(row) for row in rows.mappings()}


def _whole(query: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    """Return a number of a request; None if it is missing. Raises `Refused`."""
    if name not in query:
        return None
    try:
        number = paging.whole(query[name])
    except ValueError:
        number = -1
    if not least <= number <= most:
        raise paging.unclear(f"The value of `{name}` is not valid. Send a number from {least} to {most}.")
    return number


def _needs(text: str) -> list[str]:
    """Return the access needs of a request, which are separated by commas. Raises `Refused`."""
    needs = [need for need in text.split(",") if need]
    if not set(needs) <= set(codes("access_need")):
        raise paging.unclear(
            "A value of `access` is not known. Send codes of the list access_need, separated by commas."
        )
    return needs
