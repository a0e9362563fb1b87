"""What the grounds of an agency open of one event, and so of the record that the event announces. Pure.

The gate of the agencies' streams and the access of an agency's staff to a case use the same terms
(`shared.events.openings`), from the same table (`shared.events.outside`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from shared.events.audience import OWN_LIMITS_TO, Reach, Terms
from shared.events.narrowing import NOTHING_NAMED, Narrowing
from shared.events.openings import CATEGORIES_OF, CHILD
from shared.events.outside import OutsideType

#: A purpose and a data category that an agency can have for it; None for data without a category.
Covered: TypeAlias = tuple[str, str | None]
_WITHOUT_CATEGORY: Final = (None,)


@dataclass(frozen=True, slots=True)
class Ground:
    """A consent or a named ground that is valid today. `narrowing`: what the person named in a consent."""

    purposes: frozenset[str]
    data_categories: frozenset[str]
    by_consent: bool = True
    narrowing: Narrowing = NOTHING_NAMED


def categories_for(purpose: str, named: frozenset[str], *, may_be_empty: bool) -> Collection[str | None]:
    """Return the data categories that a ground opens for one of its purposes, given the categories that it names.

    A named ground without categories (`may_be_empty`) opens data without a category, shown as None. So does the
    protection of a child: a danger must not wait for a data category.
    """
    if may_be_empty:
        return _WITHOUT_CATEGORY
    # control: H-DANGER-12 danger-needs-no-category
    return named & CATEGORIES_OF.get(purpose, named) or (_WITHOUT_CATEGORY if purpose in CHILD else ())


def are_opened(covered: Iterable[Covered], terms: Terms) -> bool:
    """Return whether the purpose and category of one ground meet the terms of an event."""
    return any(terms.are_met((purpose,), () if category is None else (category,)) for purpose, category in covered)


# control: H-CONFIDENTIALITY-35 records-by-audience
def opened(
    event_type: OutsideType, data: Mapping[str, object], grounds: Iterable[Ground], agency_type: str
) -> frozenset[str] | None:
    """Return the data categories that an agency can have of the record that an event with these data announces.

    None: it cannot know the record. `agency_type`: its type (code list `org_type`).
    """
    audience = event_type.audience
    terms = audience.opening(data) if audience.reach is Reach.PERSON else None
    if terms is None or (terms.own_limit and agency_type not in OWN_LIMITS_TO):
        return None
    admitting = [ground for ground in grounds if ground.narrowing.admits(event_type, data)]
    covered = [pair for ground in admitting for pair in _covered(ground)]
    if not are_opened(covered, terms):
        return None
    return frozenset(category for purpose, category in covered if purpose in terms.purposes and category is not None)


def _covered(ground: Ground) -> Iterable[Covered]:
    may_be_empty = not (ground.data_categories or ground.by_consent)
    for purpose in ground.purposes:
        for category in categories_for(purpose, ground.data_categories, may_be_empty=may_be_empty):
            yield purpose, category
