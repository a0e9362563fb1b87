"""What a consent names beyond its purposes: remedies, types of matter, and stages of the criminal proceedings.

A narrowing only takes away. An event about another remedy or another type of matter is not delivered. An event about a
claim that does not state its remedy is not delivered either. A consent that names only remedies opens no other type of
matter than theirs. An event that is about no claim and no type of matter follows the purposes of the consent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from shared.events.audience import Reach
from shared.events.outside import OutsideType
from shared.reference import period_remedies, remedy_matters

#: The fields of a consent that narrow it.
FIELDS: Final = ("only_remedies", "only_matters", "only_stages")
#: The first stage of the criminal proceedings (code list `criminal_stage`): no fact of the case begins a later one.
FIRST_STAGE: Final = "investigation"
#: While it is not known which facts the case has: no consent that names stages applies.
UNKNOWN_STAGE: Final = ""
#: The later stages, in order, by the facts that begin them.
STAGES_BY_FACT: Final[Mapping[str, str]] = {
    "prosecution_brought": "prosecution",
    "trial_begun": "trial",
    "trial_ended": "concluded",
    "sentenced": "concluded",
    "judgment_final": "concluded",
}
_ORDER: Final = (FIRST_STAGE, *dict.fromkeys(STAGES_BY_FACT.values()))


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The codes that a consent names, by kind. An empty set does not narrow it."""

    remedies: frozenset[str] = frozenset()
    matters: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()

    # control: H-CONFIDENTIALITY-31 narrowed-consent
    def admits(self, event_type: OutsideType, data: Mapping[str, object]) -> bool:
        """Return whether an event about a person is about the remedies and matters that the consent names."""
        if event_type.audience.reach is not Reach.PERSON:
            return True
        remedies = remedies_of(event_type, data)
        matters = _matters(event_type, data, remedies)
        if remedies is None and self.remedies and not self.matters:
            return matters is None or not _matters_of(self.remedies).isdisjoint(matters)
        return _are_named(self.remedies, remedies) and _are_named(self.matters, matters)

    def admits_stage(self, stage: str) -> bool:
        """Return whether the consent applies while the criminal proceedings are at a stage."""
        return not self.stages or stage in self.stages


#: Of a consent that names nothing.
NOTHING_NAMED: Final = Narrowing()


def _are_named(named: frozenset[str], stated: frozenset[str] | None) -> bool:
    return not named or stated is None or not named.isdisjoint(stated)


def remedies_of(event_type: OutsideType, data: Mapping[str, object]) -> frozenset[str] | None:
    """Return the remedies that an event is about; None if it is about no claim.

    The result is empty for an event about a claim that states no known remedy.
    """
    terms = event_type.audience.opening(data)
    stated = _stated_remedies(event_type, data)
    if stated or terms is None or not terms.of_a_claim:
        return stated or None
    return frozenset()


def _stated_remedies(event_type: OutsideType, data: Mapping[str, object]) -> frozenset[str]:
    """Return the remedies that an event states, by its period, its challenge, or its own field."""
    periods = (data.get("code") if event_type.audience.by == "code" else None, data.get("challenge"))
    named = frozenset[str]().union(*(period_remedies().get(str(period), frozenset()) for period in periods))
    remedy = data.get("remedy")
    return named | {remedy} if isinstance(remedy, str) else named


def _matters(
    event_type: OutsideType, data: Mapping[str, object], remedies: frozenset[str] | None
) -> frozenset[str] | None:
    if remedies is not None:
        return _matters_of(remedies)
    terms = event_type.audience.opening(data)
    return terms.matters or None if terms is not None else None


def _matters_of(remedies: Iterable[str]) -> frozenset[str]:
    return frozenset(remedy_matters()[remedy] for remedy in remedies if remedy in remedy_matters())


def stage_of(facts: Iterable[str]) -> str:
    """Return the stage of the criminal proceedings, given the kinds of a case's facts: the latest that one begins."""
    reached = (STAGES_BY_FACT[kind] for kind in facts if kind in STAGES_BY_FACT)
    return max((FIRST_STAGE, *reached), key=_ORDER.index)
