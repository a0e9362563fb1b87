"""Assemble a profile from its layers: parents first, the child's statement has priority, all references must exist."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.reference.clock_rules import ClockRule
from shared.reference.codelists import CodeList
from shared.reference.entitlements import check_entitlements
from shared.reference.errors import BrokenReference
from shared.reference.layers import Layer, read_layer
from shared.reference.periods import ImpossiblePeriod, check_wording
from shared.reference.practice import check_files_and_answers, check_practice
from shared.reference.profile_files import SHIPPED, ProfileFiles
from shared.reference.profiles import Profile, Stage
from shared.reference.trigger_checks import check_triggers

JURISDICTION_FILES: Final = SHIPPED
BEFORE_ALL: Final = date(1900, 1, 1)
LONGEST_WARNING: Final = 366
_CODED: Final = ("authorities", "clocks", "remedies", "residence", "entitlements", "help", "bases")
"""Sections whose codes begin with the country or the file that defines them."""

Entry = TypeVar("Entry")


def load_profile(code: str, lists: Mapping[str, CodeList], folder: Path | ProfileFiles = JURISDICTION_FILES) -> Profile:
    """Read a profile with its parents. Raises BrokenReference with the file and the place of the error."""
    files = folder if isinstance(folder, ProfileFiles) else ProfileFiles(folder)
    layers = _lineage(code, files, ())
    profile = Profile(
        code=code,
        layers=tuple(layer.code for layer in layers),
        place=_first(code, "jurisdiction", (layers[0].place,)),
        time=_first(code, "timezone", (layer.timezone for layer in layers)),
        working_days=_first(code, "calendar", (layer.working_days for layer in layers)),
        spoken=_first(code, "languages", (layer.languages for layer in layers)),
        consent=_first(code, "consent", (layer.consent for layer in layers)),
        duty_to_notify=next((layer.duty_to_notify for layer in layers if layer.duty_to_notify is not None), None),
        first_responders=next((layer.first_responders for layer in layers if layer.first_responders is not None), None),
        authorities=_merged(layer.authorities for layer in layers),
        stages=_merged(layer.stages for layer in layers),
        clocks=_whole_history(_merged(layer.clocks for layer in layers), code),
        without_start=_merged(layer.without_start for layer in layers),
        other_periods=_merged(layer.other_periods for layer in layers),
        remedies=_merged(layer.remedies for layer in layers),
        remedy_conflicts=tuple(leaf for layer in reversed(layers) for leaf in layer.remedy_conflicts),
        rights=_merged(layer.rights for layer in layers),
        residence=_merged(layer.residence for layer in layers),
        majority=_first(code, "majority", (layer.practice.majority for layer in layers)),
        retention=_merged(layer.practice.retention for layer in layers),
        reassessment=_first(code, "reassessment", (layer.practice.reassessment for layer in layers)),
        safety_domains=_first(code, "safety_domains", (layer.practice.safety_domains for layer in layers)),
        help=_merged(layer.help for layer in layers),
        entitlements=_merged(layer.entitlements for layer in layers),
        bases=_merged(layer.bases for layer in layers),
    )
    _check_own_codes(profile, layers, files)
    _check_majority(layers, files)
    _check(profile, lists)
    return profile


def _lineage(code: str, files: ProfileFiles, children: tuple[str, ...]) -> list[Layer]:
    """Return the layer and its ancestors, nearest first.

    A layer that is reached twice is listed once, at its farthest place.
    """
    if code in children:
        raise BrokenReference(f"{code}.toml.parents", "is its own ancestor")
    layer = read_layer(files.find(code))
    ancestors = [ancestor for parent in layer.parents for ancestor in _lineage(parent, files, (*children, code))]
    by_code = {ancestor.code: ancestor for ancestor in reversed(ancestors)}
    return [layer, *reversed(by_code.values())]


def _first(code: str, section: str, leaves: Iterable[Entry | None]) -> Entry:
    for leaf in leaves:
        if leaf is not None:
            return leaf
    raise BrokenReference(f"{code}.toml.{section}", "is missing, and no parent has it")


def _merged(sections: Iterable[Mapping[str, Entry]]) -> Mapping[str, Entry]:
    """Join the sections of layers. The nearest entry takes precedence, at its parent's position (of a path)."""
    merged: dict[str, Entry] = {}
    for section in reversed(list(sections)):
        merged.update(section)
    return MappingProxyType(merged)


def _whole_history(clocks: Mapping[str, tuple[ClockRule, ...]], profile: str) -> Mapping[str, tuple[ClockRule, ...]]:
    """Check that versions follow one another, and add an unknown rule for the time before the first."""
    histories: dict[str, tuple[ClockRule, ...]] = {}
    for code, versions in clocks.items():
        place = f"{profile}: clocks.{code}"
        if not versions:
            raise BrokenReference(place, "has no version")
        for earlier, later in pairwise(versions):
            if earlier.effective_to is None or earlier.effective_to + timedelta(days=1) != later.effective_from:
                raise BrokenReference(place, "versions must follow on one another without a gap, oldest first")
            if (earlier.kind, earlier.keeper, earlier.audience) != (later.kind, later.keeper, later.audience):
                raise BrokenReference(place, "versions must be of one kind, one keeper and one audience")
        if versions[-1].effective_to is not None:
            raise BrokenReference(place, "the last version must have no end; an unknown rule has the length 'unknown'")
        first = versions[0]
        if first.kind == "limitation" or first.effective_from <= BEFORE_ALL:
            histories[code] = versions
        else:
            histories[code] = (_not_known_before(first), *versions)
    return MappingProxyType(histories)


def _not_known_before(first: ClockRule) -> ClockRule:
    return replace(
        first,
        length=None,
        readings=(),
        child=(),
        pauses=(),
        first_day=False,
        less_one_day=False,
        roll=False,
        certainty="unclear",
        check="lawyer",
        read_on=None,
        from_memory=False,
        effective_from=BEFORE_ALL,
        effective_to=first.effective_from - timedelta(days=1),
        note=f"The rule before {first.version} is not kept here.",
    )


def _check_own_codes(profile: Profile, layers: list[Layer], files: ProfileFiles) -> None:
    """Raise BrokenReference for a code of a mounted file that could be another country's."""
    for number, layer in enumerate(layers):
        if not files.is_mounted(layer.code):
            continue
        for section in _CODED:
            inherited = {code for parent in layers[number + 1 :] for code in getattr(parent, section)}
            for code in getattr(layer, section).keys() - inherited:
                if code.partition(".")[0] not in (layer.code, profile.country):
                    raise BrokenReference(
                        f"{layer.code}.toml.{section}.{code}", f"must begin with {profile.country}. or {layer.code}."
                    )


# control: H-AGENCY-4 shipped-majority
def _check_majority(layers: list[Layer], files: ProfileFiles) -> None:
    """Raise BrokenReference for a mounted file with a higher age of majority than every shipped file.

    Intake treats a person as a child until the highest age of all profiles, in whatever country the case is.
    """
    mounted = [(layer.code, layer.practice.majority) for layer in layers if files.is_mounted(layer.code)]
    stated = {code: majority.years for code, majority in mounted if majority is not None}
    if not stated:
        return
    shipped = [read_layer(path).practice.majority for path in files.shipped.glob("*.toml")]
    highest = max(majority.years for majority in shipped if majority is not None)
    for code, years in stated.items():
        if years > highest:
            raise BrokenReference(
                f"{code}.toml.majority.years",
                f"must be at most {highest}, the highest age of the shipped profiles: the cases of all countries use "
                "one age until which a person is treated as a child",
            )


def _check(profile: Profile, lists: Mapping[str, CodeList]) -> None:
    place = profile.code
    _check_place(profile)
    _check_references(f"{place}: languages", profile.languages, _list(lists, "language"))
    _check_consent(profile, lists)
    _check_bodies(profile, lists)
    for stage in profile.stages.values():
        _check_stage(profile, stage, _list(lists, "decision_outcome"))
        _check_references(f"{place}: stages.{stage.code}.requested_by", stage.requested_by, _list(lists, "requester"))
    for rule in (rule for versions in profile.clocks.values() for rule in versions):
        _check_clock(f"{place}: clocks.{rule.code} of {rule.version}", rule)
    check_triggers(profile, lists)
    check_practice(place, profile.reassessment, profile.safety_domains, lists)
    check_files_and_answers(place, profile.retention, profile.other_periods)
    _check_remedies(profile, lists)
    _check_references(f"{place}: rights", profile.rights, _list(lists, "victim_right"))
    outcomes = {code: stage.outcomes for code, stage in profile.stages.items()}
    check_entitlements(place, profile.entitlements, lists, stages=outcomes, clocks=profile.clocks.keys())
    for basis in profile.bases.values():
        if not profile.has_law(basis.law):
            raise BrokenReference(
                f"{place}: bases.{basis.code}", f"must begin with {profile.country} or a parent's code"
            )
    for ground in profile.residence.values():
        _check_references(f"{place}: residence.{ground.code}.authorities", ground.authorities, profile.authorities)


def _check_bodies(profile: Profile, lists: Mapping[str, CodeList]) -> None:
    place = profile.code
    if profile.duty_to_notify is not None:
        bodies = (*profile.authorities, *_list(lists, "first_responder"))
        _check_references(f"{place}: duty_to_notify.bodies", profile.duty_to_notify.bodies, bodies)
        if profile.duty_to_notify.receiver is not None:
            _check_references(
                f"{place}: duty_to_notify.receiver", (profile.duty_to_notify.receiver,), profile.authorities
            )
    if profile.first_responders is not None:
        _check_references(
            f"{place}: first_responders", profile.first_responders.bodies, _list(lists, "first_responder")
        )
    for authority in profile.authorities.values():
        _check_references(f"{place}: authorities.{authority.code}.type", (authority.type,), _list(lists, "org_type"))


def _check_remedies(profile: Profile, lists: Mapping[str, CodeList]) -> None:
    place = profile.code
    for remedy in profile.remedies.values():
        if remedy.clock is not None:
            _check_references(f"{place}: remedies.{remedy.code}.clock", (remedy.clock,), profile.clocks)
        if remedy.matter is not None:
            _check_references(f"{place}: remedies.{remedy.code}.matter", (remedy.matter,), _list(lists, "matter_type"))
    for conflict in profile.remedy_conflicts:
        pair = (conflict.first, conflict.second)
        _check_references(f"{place}: remedy_conflicts", pair, profile.remedies)
        _check_references(f"{place}: remedy_conflicts", (conflict.effect,), _list(lists, "remedy_conflict"))


def _check_place(profile: Profile) -> None:
    place = profile.code
    try:
        ZoneInfo(profile.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BrokenReference(f"{place}: timezone", "is no IANA time zone") from error
    try:
        profile.calendar.check()
    except ImpossiblePeriod as error:
        raise BrokenReference(f"{place}: calendar", str(error)) from error


def _check_consent(profile: Profile, lists: Mapping[str, CodeList]) -> None:
    place, consent = f"{profile.code}: consent", profile.consent
    _check_references(f"{place}.purpose", (consent.purpose,), _list(lists, "consent_purpose"))
    _check_references(
        f"{place}.child_basis", (consent.child_basis, consent.unable_basis), _list(lists, "consent_basis")
    )


def _check_stage(profile: Profile, stage: Stage, outcomes: CodeList) -> None:
    place = f"{profile.code}: stages.{stage.code}"
    if (stage.kind == "decision") != bool(stage.outcomes):
        raise BrokenReference(f"{place}.outcomes", "a decision has outcomes, and nothing else has")
    _check_references(f"{place}.outcomes", stage.outcomes, outcomes)
    _check_references(f"{place}.authorities", stage.authorities, profile.authorities)
    _check_references(f"{place}.requires", stage.requires, profile.stages)
    _check_references(f"{place}.reconsiders", stage.reconsiders, profile.stages)
    for reconsidered in stage.reconsiders:
        if "negative" not in profile.stages[reconsidered].outcomes or stage.kind != "decision":
            raise BrokenReference(f"{place}.reconsiders", "a decision reconsiders decisions that can be negative")
    if stage.requested_by and not stage.reconsiders:
        raise BrokenReference(f"{place}.requested_by", "belongs to a stage that reconsiders decisions")
    if _needs_itself(profile, stage.code, stage.requires):
        raise BrokenReference(f"{place}.requires", "needs itself, so that it can never come")


def _needs_itself(profile: Profile, code: str, requires: tuple[str, ...]) -> bool:
    waiting, visited = list(requires), set[str]()
    while waiting:
        needed = waiting.pop()
        if needed == code:
            return True
        if needed not in visited and needed in profile.stages:
            visited.add(needed)
            waiting.extend(profile.stages[needed].requires)
    return False


def _check_limitation(place: str, rule: ClockRule) -> None:
    """Raise BrokenReference if another service than legal keeps a limit of the person, or if a decider receives it."""
    # control: H-DEADLINE-13 limits-at-legal
    if rule.keeper != "legal":
        raise BrokenReference(
            f"{place}.keeper",
            "must be 'legal': only the legal service lists the limits of a person for their adviser",
        )
    # control: H-CONFIDENTIALITY-9 own-limits
    if rule.audience == "decision_time":
        raise BrokenReference(
            f"{place}.audience",
            "must not be 'decision_time': a deciding authority never receives a limit of the person",
        )


def _check_clock(place: str, rule: ClockRule) -> None:
    if not all(1 <= days <= LONGEST_WARNING for days in rule.warn_days):
        raise BrokenReference(f"{place}.warn_days", f"must be days before the due date, from 1 to {LONGEST_WARNING}")
    if rule.kind == "limitation":
        _check_limitation(place, rule)
    if rule.readings and (rule.length is None or not rule.verify):
        raise BrokenReference(f"{place}.readings", "a rule with another reading has a first one, and must be verified")
    try:
        if rule.length is not None:
            check_wording(rule.length, first_day=rule.first_day, less_one_day=rule.less_one_day, roll=rule.roll)
        for reading in rule.readings:
            if reading.length is not None:
                check_wording(
                    reading.length,
                    first_day=reading.first_day,
                    less_one_day=reading.less_one_day or reading.always_less,
                    roll=rule.roll or reading.roll,
                )
    except ImpossiblePeriod as error:
        raise BrokenReference(place, str(error)) from error
    if rule.left_after_pause is not None and (not rule.pausable or rule.left_after_pause.unit in ("H", "WD")):
        raise BrokenReference(f"{place}.left_after_pause", "belongs to a rule that can be paused, in days or longer")
    if rule.length is None and not rule.verify:
        raise BrokenReference(place, "has no known length, so verify must be true")


def _list(lists: Mapping[str, CodeList], name: str) -> CodeList:
    if name not in lists:
        raise BrokenReference(f"lists.{name}", "is missing; profiles refer to it")
    return lists[name]


def _check_references(place: str, values: Iterable[str], allowed: Iterable[str]) -> None:
    allowed_codes = set(allowed)
    for value in values:
        if value not in allowed_codes:
            raise BrokenReference(place, f"refers to {value!r}, which does not exist")
