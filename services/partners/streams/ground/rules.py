"""The gate: what an agency may have of a person at this moment, and so whether it is told of an event. Pure.

Nothing goes out unless an agreement with the agency counts. What is about a person needs a ground beside it: their
consent to this agency, or a named ground without it, for a purpose and data categories that the agreement names too. A
restriction or an exclusion stands against all of it. While intake has frozen what goes by consent, a named ground alone
counts, and what only a consent opens waits. The person's own later "no" wins over everything that was told to go out
before: the gate is asked again each time that anything is handed over.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeAlias
from uuid import UUID

from services.partners.agencies.agreement.rules import Agreement, counts, covers
from shared.events.audience import Reach, Terms
from shared.events.outside import OutsideType
from shared.reference import codes

#: Why something is told or not, by the list `gate_reason`.
COVERED: Final = "covered"
BY_AGREEMENT: Final = "by_agreement"
CONCERNS_IT: Final = "concerns_it"
NO_AGREEMENT: Final = "no_agreement"
NO_GROUND: Final = "no_ground"
NOT_AGREED_ON: Final = "not_agreed_on"
CATEGORY_MISSING: Final = "category_missing"
EXCLUDED: Final = "excluded"
RESTRICTED: Final = "restricted"
#: It waits: kept, and told once what goes by consent goes on, if it may be told then.
FROZEN: Final = "frozen"
LAW_UNKNOWN: Final = "law_unknown"
ANOTHERS: Final = "anothers"
STAYS_INSIDE: Final = "stays_inside"
#: What lies with the person: an event of intake may change it.
OF_THE_PERSON: Final = frozenset((NO_GROUND, NOT_AGREED_ON, CATEGORY_MISSING, EXCLUDED, RESTRICTED, LAW_UNKNOWN))

#: What ends an agency's part is told to it also once nothing else is: it has to stop, and to answer.
_ALWAYS_TO_ITS_PARTY: Final = frozenset(
    (
        ("intake", "consent.withdrawn"),
        ("intake", "sharing.reviewed"),
        ("intake", "referral.revoked"),
        ("intake", "referral.withdrawn"),
    )
)
#: What those are told who conduct legal claims, though the case is restricted: that it is kept for these, and that the
#: way to reach the person changed. By the way that they know, they would write to whom the person is in danger from.
_DESPITE_RESTRICTION: Final = frozenset((("intake", "erasure.held"), ("intake", "safe_contact.changed")))


@dataclass(frozen=True)
class Span:
    """A ground: for what, of which data categories, from when (None: no day is known) to when."""

    purposes: frozenset[str]
    data_categories: frozenset[str]
    since: date | None
    until: date
    by_consent: bool = True


@dataclass(frozen=True)
class Side:
    """An agency's side: what was agreed on with it, and what it asked for."""

    agency: UUID
    state: str
    agreements: tuple[Agreement, ...]
    purposes: frozenset[str]
    data_categories: frozenset[str]


@dataclass(frozen=True)
class Person:
    """The person's side, towards one agency; `today` is the day under the law of their case."""

    jurisdiction: str | None
    grounds: tuple[Span, ...]
    is_excluded: bool
    is_restricted: bool
    today: date
    is_frozen: bool = False


#: A purpose, and a data category that an agency may have for it; None: of what is of no category.
Covered: TypeAlias = tuple[str, str | None]


@dataclass(frozen=True)
class Weighed:
    """What an agency may have of a person, each with its purpose, and why this or nothing.

    `waiting`: what it may have once what goes by consent goes on.
    """

    covered: frozenset[Covered]
    because: str
    waiting: frozenset[Covered] = frozenset()

    @property
    def data_categories(self) -> frozenset[str]:
        """The data categories that it may have, for whatever purpose."""
        return frozenset(category for _purpose, category in self.covered if category is not None)

    def categories_for(self, purposes: Collection[str]) -> frozenset[str]:
        """Return the data categories that it may have for any of these purposes."""
        return frozenset(category for purpose, category in self.covered if purpose in purposes and category is not None)

    def opens(self, terms: Terms) -> bool:
        """Return whether purpose and category of one ground are what an event asks for."""
        return _opens(self.covered, terms)

    def will_open(self, terms: Terms) -> bool:
        """Return whether a ground that waits would open an event."""
        return _opens(self.waiting, terms)


def _opens(covered: Iterable[Covered], terms: Terms) -> bool:
    return any(terms.are_met((purpose,), () if category is None else (category,)) for purpose, category in covered)


@dataclass(frozen=True)
class Decision:
    """Whether an agency is told of an event, why, and which data categories of it."""

    is_told: bool
    because: str
    data_categories: frozenset[str] = frozenset()


#: Of what is about nobody who exists.
EVERYTHING: Final = Decision(is_told=True, because=COVERED, data_categories=frozenset(codes("data_category")))
NOTHING: Final = Decision(is_told=False, because=STAYS_INSIDE)


def weigh(side: Side, person: Person, *, told_on: date) -> Weighed:
    """Return what an agency may have now of a person, of something that was put on its way on the day `told_on`.

    A ground that began later does not open it: what stood empty stays so, and comes again at no position of before.
    """
    nothing: frozenset[Covered] = frozenset()
    if person.is_excluded:
        return Weighed(nothing, EXCLUDED)
    if person.is_restricted:
        return Weighed(nothing, RESTRICTED)
    if person.jurisdiction is None:
        return Weighed(nothing, LAW_UNKNOWN)
    counting = [agreement for agreement in side.agreements if counts(agreement, side.state, person.today)]
    if not counting:
        return Weighed(nothing, NO_AGREEMENT)
    standing = [ground for ground in person.grounds if _stands(ground, told_on, person.today)]
    if not standing:
        return Weighed(nothing, NO_GROUND)
    return _by_grounds(side, counting, standing, person.jurisdiction, person)


def _by_grounds(
    side: Side, counting: Sequence[Agreement], standing: Sequence[Span], jurisdiction: str, person: Person
) -> Weighed:
    whole = frozenset(_covered(side, counting, standing, jurisdiction, person.today))
    if not person.is_frozen:
        return Weighed(whole, COVERED if whole else NOT_AGREED_ON)
    without_consent = [ground for ground in standing if not ground.by_consent]
    covered = frozenset(_covered(side, counting, without_consent, jurisdiction, person.today))
    waiting = whole - covered
    return Weighed(covered, COVERED if covered else FROZEN if waiting else NOT_AGREED_ON, waiting)


def _stands(ground: Span, told_on: date, today: date) -> bool:
    return (ground.since is None or ground.since <= min(told_on, today)) and today <= ground.until


def _covered(
    side: Side, counting: Iterable[Agreement], standing: Iterable[Span], jurisdiction: str, today: date
) -> Iterable[Covered]:
    for ground in standing:
        purposes = ground.purposes & side.purposes
        for agreement in counting:
            for purpose in purposes:
                for category in _categories(side, ground):
                    if covers(agreement, purpose, category, jurisdiction, today):
                        yield purpose, category


def _categories(side: Side, ground: Span) -> Collection[str | None]:
    """Return the data categories that a ground opens to an agency; a named ground without any, what is of none."""
    if ground.data_categories or ground.by_consent:
        return ground.data_categories & side.data_categories
    return (None,)


def works_for(person: Person, purposes: frozenset[str]) -> bool:
    """Return whether an agency works for a person for any of these purposes, whatever its own side: a ground stands."""
    standing = (ground for ground in person.grounds if _stands(ground, person.today, person.today))
    return not person.is_excluded and any(ground.purposes & purposes for ground in standing)


def towards(event_type: OutsideType, person: Person, legal_work: frozenset[str]) -> Person:
    """Return the person's side as it counts for a type of event.

    What is restricted may still be used for legal claims (GDPR, article 18(2)): who conducts them hears of some of it.
    """
    if not person.is_restricted or (event_type.service, event_type.name) not in _DESPITE_RESTRICTION:
        return person
    legal = tuple(
        replace(ground, purposes=ground.purposes & legal_work)
        for ground in person.grounds
        if ground.purposes & legal_work
    )
    return replace(person, is_restricted=False, grounds=legal) if legal else person


def takes_part(side: Side, today: date) -> bool:
    """Return whether anything may go to an agency on a day."""
    return any(counts(agreement, side.state, today) for agreement in side.agreements)


# control: H-AGENCY-4 consent-gate
def decide(
    event_type: OutsideType,
    data: Mapping[str, object],
    side: Side,
    weighed: Weighed | None,
    *,
    party: UUID | None,
    today: date,
) -> Decision:
    """Return whether an agency is told of an event of a type, with these data.

    `weighed`: what it may have of the person whom the event is about, None of what is about nobody; `party`: the agency
    that the event concerns alone.
    """
    because = _stands_against(event_type, side, party, today)
    if because is not None:
        return Decision(is_told=False, because=because)
    reach = event_type.audience.reach
    if reach is Reach.PARTY and (event_type.service, event_type.name) in _ALWAYS_TO_ITS_PARTY:
        return Decision(is_told=True, because=CONCERNS_IT)
    if reach is Reach.OF_NOBODY or weighed is None:
        return Decision(is_told=True, because=BY_AGREEMENT)
    if not (weighed.covered or weighed.waiting):
        return Decision(is_told=False, because=weighed.because)
    return _covered_decision(event_type, data, weighed)


def _covered_decision(event_type: OutsideType, data: Mapping[str, object], weighed: Weighed) -> Decision:
    if event_type.audience.reach is Reach.PARTY:
        if not weighed.covered:
            return Decision(is_told=False, because=FROZEN)
        return Decision(is_told=True, because=COVERED, data_categories=weighed.data_categories)
    terms = event_type.audience.opening(data)
    if terms is None or not weighed.opens(terms):
        waits = terms is not None and weighed.will_open(terms)
        return Decision(is_told=False, because=FROZEN if waits else CATEGORY_MISSING)
    return Decision(is_told=True, because=COVERED, data_categories=weighed.categories_for(terms.purposes))


def _stands_against(event_type: OutsideType, side: Side, party: UUID | None, today: date) -> str | None:
    """Return why an agency is told nothing of this, whatever the person allows; None if nothing is in the way."""
    if not event_type.audience.leaves:
        return STAYS_INSIDE
    if event_type.audience.reach is Reach.PARTY and party != side.agency:
        return ANOTHERS
    return None if takes_part(side, today) else NO_AGREEMENT
