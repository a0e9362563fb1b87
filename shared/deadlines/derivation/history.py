"""The facts of a case as the derivation queries them: the law that applies to each, and the moment that each means."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Final
from uuid import UUID

from shared.deadlines.facts import Fact
from shared.reference import JURISDICTIONS, Profile, profile
from shared.reference.periods import ImpossibleDate, Moment, moment_of

_LAW: Final = "law"
_PERSON: Final = "person"
_ZONES_APART: Final = "UTC"


class History:
    """The current facts of a person's cases. `births`: the month or year of birth, by case."""

    def __init__(self, facts: Iterable[Fact], births: Mapping[UUID, str | None]) -> None:
        """Store the facts in an order that does not depend on the order of their arrival."""
        self.facts: Final = tuple(sorted((fact for fact in facts if not fact.withdrawn), key=lambda fact: fact.id))
        self._by_id: Final = {fact.id: fact for fact in self.facts}
        self._by_kind: dict[str, list[Fact]] = {}
        for fact in self.facts:
            self._by_kind.setdefault(fact.kind, []).append(fact)
        self._births = births
        self._moments: dict[tuple[UUID, str], Moment] = {}
        self._learnt: dict[tuple[UUID, str], Moment | None] = {}
        self._laws: dict[UUID, str | None] = {}
        self._chains: dict[UUID, tuple[Fact, ...]] = {}

    def of_kind(self, kind: str) -> list[Fact]:
        """Return the facts of a kind."""
        return self._by_kind.get(kind, [])

    def stands(self, fact: UUID | None) -> bool:
        """Return whether there is a current fact with this id."""
        return fact in self._by_id

    def chain(self, fact: Fact) -> tuple[Fact, ...]:
        """Return the chain of current facts: the one that a fact is about, the one that this is about, and so on."""
        chain = self._chains.get(fact.id)
        if chain is None:
            chain = self._chains[fact.id] = tuple(self._followed(fact))
        return chain

    def _followed(self, fact: Fact) -> Iterable[Fact]:
        seen, named = {fact.id}, fact.about
        while named in self._by_id and named not in seen:
            seen.add(named)
            yield self._by_id[named]
            named = self._by_id[named].about

    def moment(self, fact: Fact, timezone: str) -> Moment:
        """Return when a fact happened, by the days of a time zone; unknown if the stored text is invalid."""
        moment = self._moments.get((fact.id, timezone))
        if moment is None:
            moment = self._moments[fact.id, timezone] = self._happened(fact, timezone)
        return moment

    def learnt(self, fact: Fact, timezone: str) -> Moment | None:
        """Return when a fact was learnt; None if it was not stated."""
        if fact.learnt is None:
            return None
        if (fact.id, timezone) not in self._learnt:
            try:
                self._learnt[fact.id, timezone] = moment_of(fact.learnt, timezone)
            except ImpossibleDate:
                self._learnt[fact.id, timezone] = None
        return self._learnt[fact.id, timezone]

    def _happened(self, fact: Fact, timezone: str) -> Moment:
        learnt = self.learnt(fact, timezone)
        try:
            # A fact that was learnt on a day had happened by the end of that day.
            return moment_of(fact.happened, timezone, learnt.hi if learnt else None)
        except ImpossibleDate:
            return Moment(None, None)

    @cached_property
    def laws(self) -> tuple[Profile, ...]:
        """Return every law that applies to a fact."""
        codes = dict.fromkeys(code for code in map(self.law_of, self.facts) if code is not None)
        return tuple(profile(code) for code in JURISDICTIONS if code in codes)

    def law_of(self, fact: Fact) -> str | None:
        """Return the law that applies to a fact: its own if it names one, else the case's on its day."""
        if fact.id not in self._laws:
            named = fact.codes.get("jurisdiction")
            self._laws[fact.id] = named if named in JURISDICTIONS else self._law_on(fact)
        return self._laws[fact.id]

    def age(self, case: UUID) -> str | None:
        """Return the recorded age (code list `age`) of a case's person; None: not recorded."""
        ages = [fact.codes.get("age") for fact in self.of_kind(_PERSON) if fact.case == case]
        return ages[-1] if ages else None

    def birth(self, case: UUID) -> str | None:
        """Return the month or the year of the person's birth; None where it is not known."""
        return self._births.get(case)

    def _law_on(self, fact: Fact) -> str | None:
        changes = [
            (self.moment(law, _ZONES_APART).lo or datetime.min.replace(tzinfo=UTC), law.codes.get("jurisdiction"))
            for law in self.of_kind(_LAW)
            if law.case == fact.case and law.codes.get("jurisdiction") in JURISDICTIONS
        ]
        if not changes:
            return None
        changes.sort(key=lambda change: change[0])
        code = changes[0][1]
        for _, later in changes[1:]:
            # A law applies from a day on, by the local days of that law.
            since = self._begins(fact.case, str(later))
            at = self.moment(fact, profile(str(later)).timezone)
            if since is not None and (at.lo or at.hi or since) >= since:
                code = later
        return code

    def _begins(self, case: UUID, code: str) -> datetime | None:
        zone = profile(code).timezone
        begins = [
            self.moment(law, zone).lo
            for law in self.of_kind(_LAW)
            if law.case == case and law.codes.get("jurisdiction") == code
        ]
        instants = [at for at in begins if at is not None]
        return min(instants) if instants else None
