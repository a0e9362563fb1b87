"""Read one file of a profile: the jurisdiction's own statements, without those of its parents."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from shared.reference.challenges import read_challenges
from shared.reference.clock_rules import ClockRule
from shared.reference.clock_tables import optional_length, read_clocks
from shared.reference.entitlements import Entitlement, read_entitlements
from shared.reference.errors import BrokenReference
from shared.reference.help import HelpPlace, read_help
from shared.reference.other_periods import OtherPeriod, read_other_period
from shared.reference.periods import Calendar, EasterDay, FixedDay, SingleDay
from shared.reference.places import Basis, Place, read_bases, read_place
from shared.reference.practice import Practice, read_practice
from shared.reference.profile_words import read_words
from shared.reference.profiles import (
    Authority,
    Consent,
    DutyToNotify,
    ExtraDay,
    FirstResponders,
    Languages,
    Remedy,
    RemedyAudience,
    RemedyConflict,
    Residence,
    Right,
    Stage,
    StageAudience,
    StageKind,
    StartsOn,
    Timezone,
    WorkingDays,
)
from shared.reference.reading import Table, origin, read

_ORDINARY_YEARS: Final = range(2001, 2004)
"""None is a leap year; enough to see whether a day exists in each."""
USUAL_AUTHORITY: Final = "CentralGovernmentOrganisation"
"""The type of an authority whose file states none."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """The statements of one file; None or empty for those that its parents or children state."""

    code: str
    parents: tuple[str, ...]
    place: Place | None
    timezone: Timezone | None
    working_days: WorkingDays | None
    languages: Languages | None
    consent: Consent | None
    duty_to_notify: DutyToNotify | None
    first_responders: FirstResponders | None
    authorities: Mapping[str, Authority]
    stages: Mapping[str, Stage]
    clocks: Mapping[str, tuple[ClockRule, ...]]
    without_start: Mapping[str, str]
    other_periods: Mapping[str, OtherPeriod]
    remedies: Mapping[str, Remedy]
    remedy_conflicts: tuple[RemedyConflict, ...]
    rights: Mapping[str, Right]
    residence: Mapping[str, Residence]
    practice: Practice
    help: Mapping[str, HelpPlace]
    entitlements: Mapping[str, Entitlement]
    bases: Mapping[str, Basis]


def read_layer(path: Path) -> Layer:
    """Read one profile file. Raises BrokenReference with the place of the error."""
    file = read(path)
    code = file.text("code")
    if code != path.stem:
        raise BrokenReference(file.at("code"), "must be the name of the file")
    layer = Layer(
        code=code,
        parents=file.texts("parents", default=()),
        place=read_place(file, code),
        timezone=_timezone(file.table("timezone"), code) if file.has("timezone") else None,
        working_days=_working_days(file.table("calendar"), code) if file.has("calendar") else None,
        languages=_languages(file.table("languages"), code) if file.has("languages") else None,
        consent=_consent(file.table("consent"), code) if file.has("consent") else None,
        duty_to_notify=_duty_to_notify(file.table("duty_to_notify"), code) if file.has("duty_to_notify") else None,
        first_responders=(
            _first_responders(file.table("first_responders"), code) if file.has("first_responders") else None
        ),
        authorities={name: _authority(name, table, code) for name, table in _named(file, "authorities")},
        stages={name: _stage(name, table, code) for name, table in _named(file, "stages")},
        clocks=_periods(file, code),
        without_start=_without_start(file),
        other_periods={name: read_other_period(name, table, code) for name, table in _named(file, "other_periods")},
        remedies={name: _remedy(name, table, code) for name, table in _named(file, "remedies")},
        remedy_conflicts=tuple(_remedy_conflict(table, code) for table in file.tables("remedy_conflicts")),
        rights={name: _right(name, table, code) for name, table in _named(file, "rights")},
        residence={name: _residence(name, table, code) for name, table in _named(file, "residence")},
        practice=read_practice(file, code),
        help=read_help(file, code),
        entitlements=read_entitlements(file, code),
        bases=read_bases(file, code),
    )
    read_words(file)
    file.finish()
    return layer


def _periods(file: Table, code: str) -> Mapping[str, tuple[ClockRule, ...]]:
    clocks, challenges = read_clocks(file, code), read_challenges(file, code)
    twice = clocks.keys() & challenges.keys()
    if twice:
        raise BrokenReference(file.at("challenges"), f"has {', '.join(sorted(twice))}, which is a clock already")
    return {**clocks, **challenges}


def _named(file: Table, section: str) -> list[tuple[str, Table]]:
    if not file.has(section):
        return []
    table = file.table(section)
    return [(name, table.table(name)) for name in table.names()]


def _timezone(table: Table, layer: str) -> Timezone:
    leaf = Timezone(name=table.text("name"), **origin(table, layer))
    table.finish()
    return leaf


def _languages(table: Table, layer: str) -> Languages:
    leaf = Languages(values=table.texts("values"), **origin(table, layer))
    table.finish()
    return leaf


def _working_days(table: Table, layer: str) -> WorkingDays:
    extra = [_extra_day(day, layer) for day in table.tables("extra")]
    calendar = Calendar(table.text("country"), table.optional_text("subdivision"), tuple(rule for _, rule in extra))
    leaf = WorkingDays(
        calendar=calendar,
        extra=tuple(day for day, _ in extra),
        complete_from=table.day("complete_from") if table.has("complete_from") else None,
        complete_to=table.day("complete_to") if table.has("complete_to") else None,
        **origin(table, layer),
    )
    table.finish()
    return leaf


def _extra_day(table: Table, layer: str) -> tuple[ExtraDay, FixedDay | EasterDay | SingleDay]:
    name = table.text("name")
    rule: FixedDay | EasterDay | SingleDay
    if table.has("on"):
        rule = SingleDay(name, table.day("on"))
        leaf = ExtraDay(name=name, **origin(table, layer))
        table.finish()
        return leaf, rule
    if table.has("days_from_easter"):
        rule = EasterDay(name, table.number("days_from_easter"), table.flag("orthodox", default=False))
    else:
        rule = FixedDay(name, table.number("month"), table.number("day"))
    try:
        lasting = all(rule.on(year).year == year for year in _ORDINARY_YEARS)
    except (ValueError, OverflowError) as error:
        raise BrokenReference(table.place, "is no day that every year has") from error
    if not lasting:
        raise BrokenReference(table.place, "is no day that every year has")
    leaf = ExtraDay(name=name, **origin(table, layer))
    table.finish()
    return leaf, rule


def _consent(table: Table, layer: str) -> Consent:
    leaf = Consent(
        adult=table.flag("adult"),
        child=table.flag("child"),
        purpose=table.text("purpose"),
        child_basis=table.text("child_basis"),
        unable_basis=table.text("unable_basis"),
        **origin(table, layer),
    )
    table.finish()
    return leaf


def _duty_to_notify(table: Table, layer: str) -> DutyToNotify:
    leaf = DutyToNotify(
        bodies=table.texts("bodies"),
        any_institution=table.flag("any_institution", default=False),
        receiver=table.optional_text("receiver"),
        anonymous=table.flag("anonymous"),
        before_decision=table.flag("before_decision", default=False),
        **origin(table, layer),
    )
    table.finish()
    return leaf


def _first_responders(table: Table, layer: str) -> FirstResponders:
    leaf = FirstResponders(bodies=table.texts("bodies"), **origin(table, layer))
    table.finish()
    return leaf


def _authority(code: str, table: Table, layer: str) -> Authority:
    leaf = Authority(
        code=code,
        name=table.text("name"),
        type=table.text("type", default=USUAL_AUTHORITY),
        **origin(table, layer),
    )
    table.finish()
    return leaf


def _stage(code: str, table: Table, layer: str) -> Stage:
    leaf = Stage(
        code=code,
        kind=table.choice("kind", get_args(StageKind)),
        authorities=table.texts("authorities", default=()),
        outcomes=table.texts("outcomes", default=()),
        requires=table.texts("requires", default=()),
        reconsiders=table.texts("reconsiders", default=()),
        needs_consent=table.flag("needs_consent"),
        requested_by=table.texts("requested_by", default=()),
        audience=table.choice("audience", get_args(StageAudience)) if table.has("audience") else None,
        **origin(table, layer),
    )
    table.finish()
    return leaf


def _without_start(file: Table) -> Mapping[str, str]:
    if not file.has("without_start"):
        return {}
    reasons = file.table("without_start")
    return {code: reasons.text(code) for code in reasons.names()}


def _remedy(code: str, table: Table, layer: str) -> Remedy:
    leaf = Remedy(
        code=code,
        forum=table.text("forum"),
        clock=table.optional_text("clock"),
        starts_on=table.choice("starts_on", get_args(StartsOn)),
        audience=table.choice("audience", get_args(RemedyAudience)) if table.has("audience") else "claim",
        matter=table.optional_text("matter"),
        **origin(table, layer),
    )
    table.finish()
    return leaf


def _remedy_conflict(table: Table, layer: str) -> RemedyConflict:
    leaf = RemedyConflict(
        first=table.text("first"), second=table.text("second"), effect=table.text("effect"), **origin(table, layer)
    )
    table.finish()
    return leaf


def _right(code: str, table: Table, layer: str) -> Right:
    answered_in = optional_length(table, "answered_in")
    if answered_in is not None and answered_in.unit != "D":
        raise BrokenReference(table.at("answered_in"), "must be in days")
    leaf = Right(code=code, answered_in=answered_in, **origin(table, layer))
    table.finish()
    return leaf


def _residence(code: str, table: Table, layer: str) -> Residence:
    leaf = Residence(
        code=code,
        name=table.text("name"),
        authorities=table.texts("authorities", default=()),
        at_least=optional_length(table, "at_least"),
        **origin(table, layer),
    )
    table.finish()
    return leaf
