"""Every statement of the reference data under a stable name: a short summary and its source."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from shared.reference.clock_rules import ClockRule, Trigger
from shared.reference.codelists import CodeList
from shared.reference.entitlements import Entitlement
from shared.reference.help import HelpPlace
from shared.reference.indicators import IndicatorSet
from shared.reference.leaf import Leaf
from shared.reference.mappings import CodeMapping
from shared.reference.parameters import parameters
from shared.reference.periods import Length, SingleDay
from shared.reference.profiles import Profile, Stage
from shared.reference.readings import worded

_ADDRESS = re.compile(r"https?://[^\s;,)]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """A leaf with its section (`clock`), its code there, and its summary."""

    section: str
    code: str
    says: str
    leaf: Leaf

    @property
    def title(self) -> str:
        """Return its section and code for display."""
        return f"{self.section} {self.code}".strip()

    @property
    def name(self) -> str:
        """Return the name by which it is reviewed: layer, section, code and version."""
        parts = (self.leaf.layer, self.section, self.code, self.leaf.version)
        return "/".join(re.sub(r"[^\w.^-]+", "_", part) for part in parts if part)

    # control: H-DEADLINE-9 reviewed-text
    @property
    def digest(self) -> str:
        """Return a short hash of its content, parameters and source, which identifies the reviewed version."""
        leaf = self.leaf
        content = (self.says, leaf.source, leaf.note, leaf.certainty, leaf.version, leaf.effective_to)
        return sha256(repr((*content, *parameters(leaf))).encode()).hexdigest()[:12]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return the addresses in its source."""
        return tuple(_ADDRESS.findall(self.leaf.source))

    @property
    def is_kept(self) -> bool:
        """Return whether it is in a file. The rule for the time before the oldest version of a rule is not."""
        return self.leaf.read_on is not None or self.leaf.from_memory or self.leaf.source.startswith("Casepath")


def of_profile(law: Profile) -> list[Statement]:
    """Return the statements of a profile, including those of its parents."""
    return [*_of_place(law), *_of_practice(law), *_of_path(law)]


def of_lists(lists: Iterable[CodeList]) -> list[Statement]:
    """Return the statements of code lists: each part with its source."""
    parts = [part for code_list in lists for part in code_list.parts]
    return [Statement("list", part.values[0], ", ".join(part.values), part) for part in parts]


def of_others(others: Iterable[IndicatorSet | CodeMapping]) -> list[Statement]:
    """Return the statements of sets of indicators and of mappings."""
    return [
        statement
        for other in others
        for statement in ([_of_mapping(other)] if isinstance(other, CodeMapping) else _of_indicators(other))
    ]


def _of_mapping(mapping: CodeMapping) -> Statement:
    return Statement("mapping", "", f"{len(mapping.codes)} codes of {mapping.given} as {mapping.wanted}", mapping)


def _of_indicators(indicators: IndicatorSet) -> list[Statement]:
    enough = indicators.thresholds
    dimensions = indicators.dimensions.items()
    return [
        *(Statement("dimension", code, ", ".join(leaf.indicators), leaf) for code, leaf in dimensions),
        Statement("thresholds", "", f"{len(enough.combinations)} combinations", enough),
    ]


def _of_place(law: Profile) -> list[Statement]:
    place = f"{law.country}, {law.place.currency}"
    statements = [
        Statement("jurisdiction", "", place, law.place),
        Statement("timezone", "", law.timezone, law.time),
        Statement("calendar", "", law.calendar.subdivision or law.calendar.country, law.working_days),
        *_of_days_off(law),
        Statement("languages", "", ", ".join(law.languages), law.spoken),
    ]
    asked = {True: "is asked", False: "is not asked"}
    consent = f"adult {asked[law.consent.adult]}, child {asked[law.consent.child]}"
    statements.append(Statement("consent", "", consent, law.consent))
    if law.duty_to_notify is not None:
        others = ("any institution",) if law.duty_to_notify.any_institution else ()
        bodies = ", ".join((*law.duty_to_notify.bodies, *others))
        statements.append(Statement("duty to notify", "", bodies, law.duty_to_notify))
    if law.first_responders is not None:
        statements.append(
            Statement("first responders", "", ", ".join(law.first_responders.bodies), law.first_responders)
        )
    return statements


def _of_days_off(law: Profile) -> list[Statement]:
    days = zip(law.working_days.extra, law.calendar.extra, strict=True)
    named = [(f"{leaf.name} {day.day}" if isinstance(day, SingleDay) else leaf.name, leaf) for leaf, day in days]
    return [Statement("day off", name, name, leaf) for name, leaf in named]


def _of_practice(law: Profile) -> list[Statement]:
    after = ", ".join(f"{level} after {length.words}" for level, length in law.reassessment.after.items())
    return [
        Statement("majority", "", f"{law.majority.years} years", law.majority),
        *(Statement("retention", kind, f"{leaf.years} years", leaf) for kind, leaf in law.retention.items()),
        Statement("risk looked at again", "", after, law.reassessment),
        Statement("danger now", "", ", ".join(law.safety_domains.domains), law.safety_domains),
        *(Statement("help", code, _reached(leaf), leaf) for code, leaf in law.help.items()),
    ]


def _of_path(law: Profile) -> list[Statement]:
    return [
        *(Statement("authority", code, leaf.name, leaf) for code, leaf in law.authorities.items()),
        *(Statement("stage", code, _staged(leaf), leaf) for code, leaf in law.stages.items()),
        *(Statement("clock", code, _period(rule), rule) for code, versions in law.clocks.items() for rule in versions),
        *(
            Statement("period without a clock", code, f"{_length(leaf.length)} from {leaf.counted_from}", leaf)
            for code, leaf in law.other_periods.items()
        ),
        *(Statement("remedy", code, leaf.forum, leaf) for code, leaf in law.remedies.items()),
        *(
            Statement("conflict of remedies", f"{leaf.first} {leaf.second}", leaf.effect, leaf)
            for leaf in law.remedy_conflicts
        ),
        *(Statement("right", code, "to be explained to the person", leaf) for code, leaf in law.rights.items()),
        *(Statement("residence", code, leaf.name, leaf) for code, leaf in law.residence.items()),
        *(Statement("entitlement", code, _entitled(leaf), leaf) for code, leaf in law.entitlements.items()),
        *(Statement("basis", code, ", ".join(leaf.kinds), leaf) for code, leaf in law.bases.items()),
    ]


def _staged(stage: Stage) -> str:
    says = ", ".join(stage.outcomes) or stage.kind
    return f"{says}; requested by {', '.join(stage.requested_by)}" if stage.requested_by else says


def _reached(place: HelpPlace) -> str:
    return f"{place.name}: {', '.join(way for way in (place.phone, place.web) if way is not None)}"


def _entitled(leaf: Entitlement) -> str:
    length = "" if leaf.days is None else f", {leaf.kind} {leaf.days} days"
    return f"from {leaf.starts}{length}, until {leaf.ends_with}"


def _period(rule: ClockRule) -> str:
    """Return how a rule counts, from what, and who decides: all that a reviewer has to read."""
    ways = dict.fromkeys(worded(rule, reading) or "not known" for reading in (rule.own_reading, *rule.readings))
    starts = dict.fromkeys(_from(start) for start in rule.starts)
    to = "" if rule.forum is None else f"; to {rule.forum}"
    return f"{'; or '.join(ways)}; from {' or '.join(starts)}{to}"


def _from(start: Trigger) -> str:
    codes = " ".join("|".join(values) for values in start.where.values())
    return f"{start.fact} {codes}".strip()


def _length(length: Length | None) -> str:
    return "not known" if length is None else length.words
