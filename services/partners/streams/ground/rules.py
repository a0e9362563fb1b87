"""The gate: decide what an agency can receive about a person now, and whether it receives an event. Pure.

Nothing is delivered without an agreement in force with the agency. An event about a person also needs a ground: a
consent to this agency, or a named ground without consent. The agreement must include the ground's purpose and data
categories. A restriction or an exclusion blocks all of it. While intake has frozen delivery by consent, only named
grounds apply (except to events about danger), and the rest waits. A later refusal by the person overrides every earlier
decision: the gate decides again at each delivery.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeAlias
from uuid import UUID

from services.partners.agencies.agreement.rules import Agreement, counts, covers
from shared.events.audience import OWN_LIMITS_TO, Reach, Terms
from shared.events.narrowing import FIRST_STAGE, NOTHING_NAMED, Narrowing
from shared.events.openings import CATEGORIES_OF, CHILD
from shared.events.outside import OutsideType

#: The reasons of a decision; the list `gate_reason`.
COVERED: Final = "covered"
BY_AGREEMENT: Final = "by_agreement"
CONCERNS_IT: Final = "concerns_it"
NO_AGREEMENT: Final = "no_agreement"
NO_GROUND: Final = "no_ground"
NOT_AGREED_ON: Final = "not_agreed_on"
CATEGORY_MISSING: Final = "category_missing"
#: It is a limit of the person, and the agency can decide about them or be their opponent.
OWN_LIMIT: Final = "own_limit"
#: The person named other claims or matters in the consent.
NAMED_OTHERS: Final = "named_others"
EXCLUDED: Final = "excluded"
RESTRICTED: Final = "restricted"
#: The event waits. It is decided again when delivery by consent resumes.
FROZEN: Final = "frozen"
LAW_UNKNOWN: Final = "law_unknown"
ANOTHERS: Final = "anothers"
STAYS_INSIDE: Final = "stays_inside"
#: The reasons that depend on the person: an event of intake can change them.
OF_THE_PERSON: Final = frozenset(
    (NO_GROUND, NOT_AGREED_ON, CATEGORY_MISSING, NAMED_OTHERS, EXCLUDED, RESTRICTED, LAW_UNKNOWN)
)

#: The end of an agency's access is always published to it: it must stop and answer.
_ALWAYS_TO_ITS_PARTY: Final = frozenset(
    (
        ("intake", "consent.withdrawn"),
        ("intake", "sharing.reviewed"),
        ("intake", "referral.revoked"),
        ("intake", "referral.withdrawn"),
    )
)
#: The events that agencies conducting legal claims receive although the case is restricted. They learn that the case is
#: kept for the claims and that the safe contact changed. Over the old contact they could reach the people who endanger
#: the person.
_DESPITE_RESTRICTION: Final = frozenset((("intake", "erasure.held"), ("intake", "safe_contact.changed")))
#: The events that agencies with a consent for protection receive although delivery by consent is paused. The pause
#: protects a missing person, and these events start the help: they contain no place and no way of contact.
_DESPITE_FREEZE: Final = frozenset(
    (
        ("support", "absence.declared"),
        ("support", "absence.ended"),
        ("support", "alert.raised"),
        ("support", "alert.ended"),
    )
)


@dataclass(frozen=True)
class Span:
    """A ground: its purposes, data categories, and first (None if unknown) and last day.

    `narrowing`: what the person named in a consent, so that it opens less.
    """

    purposes: frozenset[str]
    data_categories: frozenset[str]
    since: date | None
    until: date
    by_consent: bool = True
    narrowing: Narrowing = NOTHING_NAMED


@dataclass(frozen=True)
class Side:
    """An agency's side: its agreements, its subscription, and its type (code list `org_type`)."""

    agency: UUID
    state: str
    agreements: tuple[Agreement, ...]
    purposes: frozenset[str]
    data_categories: frozenset[str]
    agency_type: str


@dataclass(frozen=True)
class Person:
    """The person's side towards one agency; `today` is the day in the jurisdiction of their case.

    `stage`: how far the criminal proceedings are (code list `criminal_stage`).
    """

    jurisdiction: str | None
    grounds: tuple[Span, ...]
    is_excluded: bool
    is_restricted: bool
    today: date
    is_frozen: bool = False
    stage: str = FIRST_STAGE


#: A purpose and a data category that an agency can have for it; None for data without a category.
Covered: TypeAlias = tuple[str, str | None]


@dataclass(frozen=True)
class Weighed:
    """The purposes and categories that an agency can have about a person, with the reason.

    `waiting`: those that it can have once delivery by consent resumes.
    """

    covered: frozenset[Covered]
    because: str
    waiting: frozenset[Covered] = frozenset()

    @property
    def data_categories(self) -> frozenset[str]:
        """The data categories that it can have, for any purpose."""
        return frozenset(category for _purpose, category in self.covered if category is not None)

    def categories_for(self, purposes: Collection[str]) -> frozenset[str]:
        """Return the data categories that it can have for any of these purposes."""
        return frozenset(category for purpose, category in self.covered if purpose in purposes and category is not None)

    def opens(self, terms: Terms) -> bool:
        """Return whether the purpose and category of one ground match the terms of an event."""
        return _opens(self.covered, terms)

    def will_open(self, terms: Terms) -> bool:
        """Return whether a ground that waits would match the terms of an event."""
        return _opens(self.waiting, terms)


def _opens(covered: Iterable[Covered], terms: Terms) -> bool:
    return any(terms.are_met((purpose,), () if category is None else (category,)) for purpose, category in covered)


@dataclass(frozen=True)
class Decision:
    """Whether an agency receives an event, why, and which of its data categories."""

    is_told: bool
    because: str
    data_categories: frozenset[str] = frozenset()


def weigh(side: Side, person: Person, *, told_on: date) -> Weighed:
    """Return what an agency can have now about a person, of an event that first became due on the day `told_on`.

    Grounds that began after `told_on` do not apply: a redacted position stays redacted and its event is not delivered
    later.
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
    standing = [ground for ground in person.grounds if _stands(ground, person, told_on)]
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


def _stands(ground: Span, person: Person, told_on: date) -> bool:
    today = person.today
    in_time = (ground.since is None or ground.since <= min(told_on, today)) and today <= ground.until
    # control: H-CONFIDENTIALITY-32 consent-for-a-stage
    return in_time and ground.narrowing.admits_stage(person.stage)


def _covered(
    side: Side, counting: Iterable[Agreement], standing: Iterable[Span], jurisdiction: str, today: date
) -> Iterable[Covered]:
    for ground in standing:
        purposes = ground.purposes & side.purposes
        for agreement in counting:
            for purpose in purposes:
                for category in _categories(side, ground, purpose):
                    if covers(agreement, purpose, category, jurisdiction, today):
                        yield purpose, category


def _categories(side: Side, ground: Span, purpose: str) -> Collection[str | None]:
    """Return the data categories that a ground opens to an agency for a purpose.

    A named ground without categories opens data without a category, shown as None. So does the protection of a child: a
    danger must not wait for a data category.
    """
    if ground.data_categories or ground.by_consent:
        opened = ground.data_categories & side.data_categories & CATEGORIES_OF.get(purpose, ground.data_categories)
        # control: H-DANGER-12 danger-needs-no-category
        return opened or ((None,) if purpose in CHILD else ())
    return (None,)


def works_for(person: Person, purposes: frozenset[str]) -> bool:
    """Return whether an agency has a valid ground for any of these purposes, regardless of its agreements."""
    standing = (ground for ground in person.grounds if _stands(ground, person, person.today))
    return not person.is_excluded and any(ground.purposes & purposes for ground in standing)


def towards(event_type: OutsideType, person: Person, legal_work: frozenset[str]) -> Person:
    """Return the person's side as it applies to an event type.

    Restricted data can still be used for legal claims (GDPR, article 18(2)): agencies that conduct them receive some
    events. A pause of delivery by consent does not apply to danger.
    """
    # control: H-DANGER-12 danger-despite-pause
    if (event_type.service, event_type.name) in _DESPITE_FREEZE:
        person = replace(person, is_frozen=False)
    if not person.is_restricted or (event_type.service, event_type.name) not in _DESPITE_RESTRICTION:
        return person
    legal = tuple(
        replace(ground, purposes=ground.purposes & legal_work)
        for ground in person.grounds
        if ground.purposes & legal_work
    )
    return replace(person, is_restricted=False, grounds=legal) if legal else person


def narrowed(event_type: OutsideType, data: Mapping[str, object], person: Person) -> Person:
    """Return the person's side without the consents that name other remedies or matters than those of an event.

    An agency receives its own consent before the stage that it names, and knows that more will follow.
    """
    if (event_type.service, event_type.name) == ("intake", "consent.granted_in_part"):
        at_any_stage = (replace(each, narrowing=replace(each.narrowing, stages=frozenset())) for each in person.grounds)
        person = replace(person, grounds=tuple(at_any_stage))
    admitting = tuple(ground for ground in person.grounds if ground.narrowing.admits(event_type, data))
    return person if len(admitting) == len(person.grounds) else replace(person, grounds=admitting)


def takes_part(side: Side, today: date) -> bool:
    """Return whether anything can be delivered to an agency on a day."""
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
    """Return whether an agency receives an event of a type with these data.

    `weighed`: the agency's access to the person of the event; None for an event about no person. `party`: the only
    agency that the event concerns.
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
    return _covered_decision(event_type, data, side, weighed)


def _covered_decision(event_type: OutsideType, data: Mapping[str, object], side: Side, weighed: Weighed) -> Decision:
    if event_type.audience.reach is Reach.PARTY:
        if not weighed.covered:
            return Decision(is_told=False, because=FROZEN)
        return Decision(is_told=True, because=COVERED, data_categories=weighed.data_categories)
    terms = event_type.audience.opening(data)
    # control: H-CONFIDENTIALITY-14 by-type-of-agency
    if terms is not None and terms.own_limit and side.agency_type not in OWN_LIMITS_TO:
        return Decision(is_told=False, because=OWN_LIMIT)
    if terms is None or not weighed.opens(terms):
        waits = terms is not None and weighed.will_open(terms)
        return Decision(is_told=False, because=FROZEN if waits else CATEGORY_MISSING)
    return Decision(is_told=True, because=COVERED, data_categories=weighed.categories_for(terms.purposes))


def _stands_against(event_type: OutsideType, side: Side, party: UUID | None, today: date) -> str | None:
    """Return why an agency cannot receive an event regardless of the person; None if nothing prevents it."""
    if not event_type.audience.leaves:
        return STAYS_INSIDE
    if event_type.audience.reach is Reach.PARTY and party != side.agency:
        return ANOTHERS
    return None if takes_part(side, today) else NO_AGREEMENT
