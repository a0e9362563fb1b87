"""Match providers with a person's needs: reasons against a provider, reasons for it, and open questions.

A language never rules a provider out, because an interpreter may be found. A count of places is valid until its day.
After that, a full house may have a place and a free one may have none.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from services.support.cases.case.rules import PLANNERS, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

_KEEPERS: Final = dict.fromkeys(("operator", "supervisor", "support_worker"), Need.ANY)
ACCESS: Final[Access] = {
    "provider.keep": _KEEPERS,
    "provider.read": dict.fromkeys(("caseworker", "counsellor", *_KEEPERS), Need.ANY),
    "provider.match": PLANNERS,
}
ACTIVE, DEFUNCT = "active", "defunct"
NONE: Final = "none"
#: The further statuses that a status includes: a recognised victim was a presumed victim before.
_INCLUDED: Final[Mapping[str, frozenset[str]]] = {"recognised_victim": frozenset(("presumed_victim",))}
_FREE: Final = "free"
_NO_PLACE: Final = frozenset(("held", "full", "closed_to_new"))
#: The question to ask first, by the state of places.
_ASK_OF_PLACES: Final[Mapping[str, str]] = {
    "free_soon": "places_soon",
    "full_waiting_list": "waiting_list",
    "assess_first": "assesses_first",
    "not_known": "places_not_known",
}
#: Services that can't wait: their referrals are urgent, and the reply is due the next day (our own times).
_URGENT: Final = frozenset(("accommodation_emergency", "medical_emergency"))
#: Places to live. The person's children come too, and each of them needs a place.
HOMES: Final = frozenset(("accommodation_emergency", "accommodation_longer"))
_ANSWER_URGENT: Final = timedelta(days=1)
_ANSWER: Final = timedelta(days=7)
#: People consent to accommodation and to medical care separately from other help.
_PURPOSES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("accommodation_emergency", "accommodation_longer"), "accommodation_placement"),
    **dict.fromkeys(("medical_emergency", "medical"), "medical_care"),
}
#: The ages of a child and of an adult, in years.
_CHILDS_YEARS, _ADULTS_YEARS = (0, 17), (18, 150)
MOST_SHOWN: Final = 20
MOST_LEFT: Final = 100


class Years(NamedTuple):
    """The known limits of an age, in years."""

    lowest: int
    highest: int


#: The brackets of dependants' ages. An unborn child needs no place yet.
BRACKETS: Final[Mapping[str, Years]] = {
    "0_4": Years(0, 4),
    "5_11": Years(5, 11),
    "12_15": Years(12, 15),
    "16_17": Years(16, 17),
    "unknown": Years(0, 17),
}


class Offered(NamedTuple):
    """The columns of a provider that matching reads, with its agency's state and whether that takes referrals."""

    id: UUID
    agency: UUID | None
    agency_state: str | None
    takes_referrals: bool | None
    state: str
    languages: Sequence[str]
    country: str
    regions: Sequence[str]
    serves: Sequence[str]
    takes_children: bool
    children_up_to: int | None
    boys_up_to: int | None
    minimum_age: int | None
    maximum_age: int | None
    access: Sequence[str] | None
    asks_status: str
    vacancy: str
    free_places: int | None
    known_until: date | None

    def works_in(self, region: str) -> bool:
        """Return whether a provider works in a region. Without regions it works in its whole country."""
        return region in self.regions if self.regions else region.startswith(f"{self.country}-")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The needs of a person: known facts, and the values that a request adds. None: unknown, or not stated.

    If both exist, both have to fit. `is_home`: it is a place to live. `excluded`: the agencies that the person does
    not want near them. `groups`: a house must serve one of them. `children`: the ages of the children who come too.
    `heads`: the number of people. `oldest_child`: in years.
    """

    today: date
    is_home: bool = True
    excluded: frozenset[UUID] = frozenset()
    language: str | None = None
    region: str | None = None
    avoid: str | None = None
    avoided: frozenset[str] = frozenset()
    gender: str | None = None
    groups: frozenset[str] | None = None
    age: str | None = None
    oldest_child: int | None = None
    children: tuple[Years, ...] | None = None
    heads: int = 1
    beds: int | None = None
    access: frozenset[str] | None = None
    status: str | None = None
    known_status: str | None = None

    @property
    def coming(self) -> tuple[Years, ...] | None:
        """The ages of the children who come too; None if it is unknown whether any do."""
        stated = () if self.oldest_child is None else (Years(self.oldest_child, self.oldest_child),)
        return stated or None if self.children is None else (*self.children, *stated)

    @property
    def shunned(self) -> frozenset[str]:
        """The regions where the person is not safe."""
        return self.avoided if self.avoid is None else self.avoided | {self.avoid}

    @property
    def places(self) -> int:
        """The number of places that they need."""
        at_least = 1 if self.oldest_child is None else 2
        return max(self.heads, self.beds or 1, at_least)

    @property
    def counting_status(self) -> str | None:
        """The status that applies: the known one, else the stated one."""
        return self.known_status or self.status

    @property
    def years(self) -> Years | None:
        """The person's own age, if known. A disputed age is unknown."""
        years = {"child": _CHILDS_YEARS, "adult": _ADULTS_YEARS}.get(self.age or "")
        return None if years is None else Years(*years)


def differences(wanted: Wanted) -> list[str]:
    """Return where a request differs from known facts (code list `match_difference`)."""
    oldest = max(wanted.children or (), key=lambda years: years.highest, default=None)
    stated = wanted.oldest_child
    other_child = stated is not None and (oldest is None or not oldest.lowest <= stated <= oldest.highest)
    differing = {
        "gender": bool(wanted.groups) and wanted.gender is not None and wanted.gender not in (wanted.groups or ()),
        "children": wanted.children is not None and other_child,
        "status": None not in (wanted.status, wanted.known_status) and wanted.status != wanted.known_status,
        "beds": wanted.beds is not None and wanted.beds < wanted.heads,
    }
    return [point for point, differs in differing.items() if differs]


class Judged(NamedTuple):
    """A provider with the reasons against it, the reasons for it, and the open questions."""

    offered: Offered
    refusals: tuple[str, ...]
    reasons: tuple[str, ...]
    reservations: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """The sort key among providers that suit, lowest first. Ids compare as numbers, which is also their order."""
        places = self.offered.free_places or 0
        return len(self.reservations), -len(self.reasons), -places, self.offered.id.int


#: A condition on a provider, the needs, and the provider's valid `vacancy` (None if its count has expired).
_Condition: TypeAlias = Callable[[Offered, Wanted, str | None], bool]


def _known_places(offered: Offered, today: date) -> str | None:
    """Return the state of places, if its count is still valid."""
    return offered.vacancy if offered.known_until is not None and offered.known_until >= today else None


def _refuses_gender(offered: Offered, wanted: Wanted, _places: str | None) -> bool:
    fits_stated = wanted.gender is None or wanted.gender in offered.serves
    fits_known = not wanted.groups or not wanted.groups.isdisjoint(offered.serves)
    return bool(offered.serves) and not (fits_stated and fits_known)


def _refuses_children(offered: Offered, wanted: Wanted, _places: str | None) -> bool:
    coming = wanted.coming
    if not coming:
        return False
    limit = offered.children_up_to
    return not offered.takes_children or (limit is not None and any(child.lowest > limit for child in coming))


def _may_refuse_children(offered: Offered, wanted: Wanted, _places: str | None) -> bool:
    limit = offered.children_up_to
    return limit is not None and any(child.highest > limit for child in wanted.coming or ())


def _may_refuse_boys(offered: Offered, wanted: Wanted, _places: str | None) -> bool:
    limit = offered.boys_up_to
    return limit is not None and any(child.highest > limit for child in wanted.coming or ())


def _ages(offered: Offered) -> Years:
    """Return the ages that a provider serves."""
    youngest, oldest = offered.minimum_age, offered.maximum_age
    return Years(0 if youngest is None else youngest, _ADULTS_YEARS[1] if oldest is None else oldest)


def _refuses_age(offered: Offered, wanted: Wanted, _places: str | None) -> bool:
    served, years = _ages(offered), wanted.years
    return years is not None and (years.highest < served.lowest or years.lowest > served.highest)


def _may_refuse_age(offered: Offered, wanted: Wanted, _places: str | None) -> bool:
    served, years = _ages(offered), wanted.years or Years(0, _ADULTS_YEARS[1])
    return years.lowest < served.lowest or years.highest > served.highest


def _has_too_few(offered: Offered, wanted: Wanted, places: str | None) -> bool:
    counted = None if places is None else offered.free_places
    return wanted.is_home and counted is not None and counted < wanted.places


def _may_have_too_few(offered: Offered, wanted: Wanted, places: str | None) -> bool:
    return wanted.is_home and wanted.places > 1 and (places is None or offered.free_places is None)


def _lacks_access(offered: Offered, wanted: Wanted, _places: str | None) -> bool:
    return offered.access is not None and not (wanted.access or frozenset()) <= set(offered.access)


def _refuses_status(offered: Offered, wanted: Wanted, _places: str | None) -> bool:
    """Return whether a provider requires a status that the person does not have. An unknown status is a question."""
    status = wanted.counting_status
    if status is None or offered.asks_status in (NONE, status):
        return False
    return offered.asks_status not in _INCLUDED.get(status, ())


def _is_only_in(offered: Offered, regions: frozenset[str]) -> bool:
    return bool(offered.regions) and set(offered.regions) <= regions


def _places(vacancy: str) -> _Condition:
    return lambda _offered, _wanted, places: places == vacancy


# control: H-DANGER-6 matching-uses-known-facts
#: Reasons against a provider (code list `match_refusal`).
_REFUSALS: Final[Mapping[str, _Condition]] = {
    "person_does_not_want": lambda offered, wanted, _places: offered.agency in wanted.excluded,
    "agency_stands_aside": lambda offered, _wanted, _places: offered.agency_state not in (None, ACTIVE),
    "takes_no_referrals": lambda offered, _wanted, _places: offered.takes_referrals is False,
    "closed": lambda offered, _wanted, _places: offered.state != ACTIVE,
    "no_places": lambda _offered, _wanted, places: places in _NO_PLACE,
    "in_region_to_avoid": lambda offered, wanted, _places: _is_only_in(offered, wanted.shunned),
    "not_for_them": _refuses_gender,
    "not_of_their_age": _refuses_age,
    "takes_no_children": _refuses_children,
    "too_few_places": _has_too_few,
    "access_not_given": _lacks_access,
    "asks_another_status": _refuses_status,
}
#: Reasons for a provider (code list `match_reason`).
_REASONS: Final[Mapping[str, _Condition]] = {
    "offers_it": lambda _offered, _wanted, _places: True,
    "speaks_language": lambda offered, wanted, _places: wanted.language in offered.languages,
    "in_region": lambda offered, wanted, _places: wanted.region is not None and offered.works_in(wanted.region),
    "serves_them": lambda offered, wanted, _places: (
        wanted.gender in offered.serves or not (wanted.groups or frozenset()).isdisjoint(offered.serves)
    ),
    "takes_children": lambda _offered, wanted, _places: bool(wanted.coming),
    "status_fits": lambda offered, wanted, _places: offered.asks_status == NONE or wanted.counting_status is not None,
    "has_places": _places(_FREE),
}
# control: H-DANGER-6 unknown-is-a-question
#: Questions to ask first (code list `match_reservation`).
_RESERVATIONS: Final[Mapping[str, _Condition]] = {
    "needs_interpreter": lambda offered, wanted, _places: (
        wanted.language is not None and wanted.language not in offered.languages
    ),
    "in_another_region": lambda offered, wanted, _places: (
        wanted.region is not None and not offered.works_in(wanted.region)
    ),
    "may_be_in_region_to_avoid": lambda offered, wanted, _places: any(map(offered.works_in, wanted.shunned)),
    "region_to_avoid_not_known": lambda _offered, wanted, _places: wanted.is_home and not wanted.shunned,
    "gender_not_known": lambda offered, wanted, _places: (
        bool(offered.serves) and wanted.gender is None and not wanted.groups
    ),
    "serves_to_ask": lambda offered, wanted, _places: (
        bool(offered.serves) and not (wanted.groups or frozenset()) <= set(offered.serves)
    ),
    "age_not_known": _may_refuse_age,
    "children_not_known": lambda _offered, wanted, _places: wanted.is_home and wanted.coming is None,
    "children_age_to_ask": _may_refuse_children,
    "boys_age_to_ask": _may_refuse_boys,
    "places_not_counted": _may_have_too_few,
    "access_needs_not_known": lambda _offered, wanted, _places: wanted.is_home and wanted.access is None,
    "access_to_ask": lambda offered, wanted, _places: bool(wanted.access) and offered.access is None,
    "status_not_known": lambda offered, wanted, _places: wanted.counting_status is None and offered.asks_status != NONE,
    "places_out_of_date": lambda offered, _wanted, places: places is None and offered.known_until is not None,
    **{asked: _places(vacancy) for vacancy, asked in _ASK_OF_PLACES.items()},
    "places_not_known": lambda offered, _wanted, _places: offered.known_until is None or offered.vacancy == "not_known",
}


def judge(offered: Offered, wanted: Wanted) -> Judged:
    """Return a provider with everything that speaks against and for it."""
    return _judging(wanted)(offered)


def _judging(wanted: Wanted) -> Callable[[Offered], Judged]:
    """Return a function that judges one provider."""
    refusals, reasons, reservations = (list(conditions.items()) for conditions in (_REFUSALS, _REASONS, _RESERVATIONS))

    def judged(offered: Offered) -> Judged:
        places = _known_places(offered, wanted.today)
        refused = tuple([code for code, holds in refusals if holds(offered, wanted, places)])
        if refused:
            return Judged(offered, refused, (), ())
        return Judged(
            offered,
            (),
            tuple([code for code, holds in reasons if holds(offered, wanted, places)]),
            tuple([code for code, holds in reservations if holds(offered, wanted, places)]),
        )

    return judged


def match(offers: Iterable[Offered], wanted: Wanted) -> tuple[list[Judged], list[Judged]]:
    """Return the providers that suit, best first, and the others, fewest reasons against them first."""
    judged = [*map(_judging(wanted), offers)]
    suit = sorted((one for one in judged if not one.refusals), key=lambda suiting: suiting.rank)
    left = [one for one in judged if one.refusals]
    return suit, sorted(left, key=lambda out: (len(out.refusals), out.offered.id.int))


def check_agency(state: str | None) -> None:
    """Raise `FactRefused` for an agency that is not in the register, or has left it."""
    if state in (None, "ended"):
        message = (
            "The agency is not in the register, or has ended its participation. Choose an active agency, or leave it "
            "out."
        )
        raise FactRefused("agency", "is_in_the_register", message)


def check_place(country: str, regions: Iterable[str]) -> None:
    """Raise `FactRefused` for an invalid country code, and for regions of another country."""
    is_country = len(country) == len("NL") and country.isascii() and country.isalpha() and country.isupper()
    if not is_country or any(not region.startswith(f"{country}-") for region in regions):
        message = (
            "The country or a region is not a code of ISO 3166. Send two letters for the country, and regions of that "
            "country."
        )
        raise FactRefused("regions", "is_of_the_country", message)


def check_new(*, is_known: bool) -> None:
    """Raise `StepForbidden` for a provider that is in the directory already."""
    if is_known:
        message = "The directory already has a provider with this id. Read it, and record the changed values."
        raise StepForbidden("provider.is_new", message)


def check_counted(counted_at: datetime, now: datetime) -> None:
    """Raise `FactRefused` for a count in the future."""
    if counted_at > now:
        message = "The time of the count is in the future. Give the time at which the places were counted."
        raise FactRefused("counted_at", "counted_by_now", message)


def draft(judged: Judged, service_type: str, today: date) -> dict[str, object]:
    """Return a referral to a provider in intake's format, with the least data: how to reach the person.

    Raises `StepForbidden` for a provider that was ruled out, and for one without an agency in the register.
    """
    if judged.refusals:
        message = (
            "The match excluded this provider, and names the reason. Choose another provider, or update what this one "
            "offers."
        )
        raise StepForbidden("provider.suits", message)
    if judged.offered.agency is None:
        message = (
            "This provider has no agency in the register, and a referral needs one. Link the provider to its agency."
        )
        raise StepForbidden("provider.has_an_agency", message)
    urgent = service_type in _URGENT
    return {
        "agency": judged.offered.agency,
        "purpose": _PURPOSES.get(service_type, "referral_for_support"),
        "service_types": [service_type],
        "data_categories": ["contact_safe"],
        "urgent": urgent,
        "reply_by": today + (_ANSWER_URGENT if urgent else _ANSWER),
    }


def check_known(known_until: date, today: date) -> None:
    """Raise `FactRefused` for a count of places that is only valid until a past day."""
    if known_until < today:
        message = "The number of places can't be valid until a day in the past. Give today or a later day."
        raise FactRefused("known_until", "known_from_today", message)
