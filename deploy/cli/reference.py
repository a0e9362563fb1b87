"""`reference`: the published code lists and the jurisdictions' profiles, checked and shown with their sources."""

import difflib
from collections.abc import Iterable
from typing import Any

import click
from rich.text import Text

from deploy.cli.console import out, print_json, print_table, say, whole
from deploy.cli.errors import CommandRefused
from shared.reference import (
    JURISDICTIONS,
    BrokenReference,
    CodeList,
    CodeMapping,
    IndicatorSet,
    Leaf,
    Profile,
    code_lists,
    load_all,
    mappings,
    profile,
    published_indicators,
    rule_told,
)

UNCERTAIN = "yellow"
json_option = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


@click.group(short_help="The code lists and the jurisdictions' profiles.")
def reference() -> None:
    r"""Check and show the reference data: code lists, and what each jurisdiction's law says of the path.

    \b
    Examples:
      ./casepath reference check
      ./casepath reference show NL
      ./casepath reference show exploitation_type
    """


@reference.command()
@json_option
def check(*, as_json: bool) -> None:
    """Read everything, refuse what is wrong, and count what must still be verified. Exits with 1 on a broken file."""
    lists, profiles = _loaded()
    if as_json:
        print_json(
            {
                "lists": {name: _list_counts(found) for name, found in lists.items()},
                "profiles": {found.code: _profile_counts(found) for found in profiles},
                "indicators": {name: len(list(found)) for name, found in published_indicators().items()},
                "mappings": {name: len(found.codes) for name, found in mappings().items()},
            }
        )
        return
    print_table(["list", "about", "values", "version", "to verify"], [_list_row(found) for found in lists.values()])
    click.echo()
    heads = ["profile", "over", "stages", "clocks", "remedies", "statements", "version", "to verify"]
    print_table(heads, [_profile_row(found) for found in profiles])
    click.echo()
    others: list[IndicatorSet | CodeMapping] = [*published_indicators().values(), *mappings().values()]
    print_table(["indicators, mappings", "codes", "version", "to verify"], [_other_row(found) for found in others])
    values = sum(len(found) for found in lists.values())
    leaves = [*_leaves(lists.values()), *(leaf for found in profiles for leaf in found.leaves)]
    leaves += [leaf for found in others for leaf in _of(found)]
    say(
        f"{len(lists)} lists with {values} values, {len(profiles)} profiles, {len(others)} sets of indicators and "
        "mappings: all with source, date and certainty."
    )
    say(
        f"{_doubtful(leaves)} of {len(leaves)} statements must be verified before anyone relies on them.",
        style=UNCERTAIN,
    )


@reference.command()
@click.argument("name", metavar="LIST|PROFILE|…")
@json_option
def show(*, name: str, as_json: bool) -> None:
    """Show a code list, a profile, a set of indicators or a mapping, with its sources. In yellow: to be verified."""
    lists, profiles = _loaded()
    by_code = {found.code: found for found in profiles}
    if name in lists:
        _show_list(lists[name], as_json=as_json)
    elif name in by_code:
        _show_profile(by_code[name], as_json=as_json)
    elif name in published_indicators():
        _show_indicators(published_indicators()[name], as_json=as_json)
    elif name in mappings():
        _show_mapping(mappings()[name], as_json=as_json)
    else:
        known = [*by_code, *lists, *published_indicators(), *mappings()]
        close = difflib.get_close_matches(name, known, n=3) or difflib.get_close_matches(name.upper(), known, n=3)
        raise CommandRefused(
            f"There is no list or profile {name!r}.",
            why=f"near it: {', '.join(close)}" if close else f"profiles are {', '.join(by_code)}",
            next_step="see all of them with ./casepath reference check",
            exit_code=2,
        )


def _loaded() -> tuple[dict[str, CodeList], list[Profile]]:
    try:
        load_all()
        return dict(code_lists()), [profile(code) for code in JURISDICTIONS]
    except BrokenReference as error:
        raise CommandRefused(
            "The reference data is broken; no service would start with it.",
            why=f"{error.place}: {error.problem}",
            next_step="mend that place in shared/reference/, then check again",
        ) from error


def _leaves(lists: Iterable[CodeList]) -> list[Leaf]:
    return [part for found in lists for part in found.parts]


def _doubtful(leaves: Iterable[Leaf]) -> int:
    return sum(leaf.verify for leaf in leaves)


def _newest(leaves: Iterable[Leaf]) -> str:
    return max(leaf.version for leaf in leaves)


def _list_counts(found: CodeList) -> dict[str, Any]:
    return {
        "about": found.about,
        "values": len(found),
        "version": _newest(found.parts),
        "to_verify": _doubtful(found.parts),
    }


def _profile_counts(found: Profile) -> dict[str, Any]:
    return {
        "layers": list(found.layers[1:]),
        "stages": len(found.stages),
        "clocks": len(found.clocks),
        "remedies": len(found.remedies),
        "statements": len(found.leaves),
        "version": _newest(found.leaves),
        "to_verify": _doubtful(found.leaves),
    }


def _list_row(found: CodeList) -> list[str | Text]:
    told = _list_counts(found)
    return [whole(found.name), found.about, str(told["values"]), told["version"], _to_verify(told["to_verify"])]


def _profile_row(found: Profile) -> list[str | Text]:
    told = _profile_counts(found)
    counts = [str(told[name]) for name in ("stages", "clocks", "remedies", "statements")]
    return [found.code, ", ".join(told["layers"]), *counts, told["version"], _to_verify(told["to_verify"])]


def _of(found: IndicatorSet | CodeMapping) -> tuple[Leaf, ...]:
    return (found,) if isinstance(found, CodeMapping) else found.leaves


def _other_row(found: IndicatorSet | CodeMapping) -> list[str | Text]:
    leaves = _of(found)
    name, count = (found.name, len(found.codes)) if isinstance(found, CodeMapping) else (found.code, len(list(found)))
    return [whole(name), str(count), _newest(leaves), _to_verify(_doubtful(leaves))]


def _to_verify(count: int) -> Text:
    return Text(str(count), style=UNCERTAIN) if count else Text("-", style="green")


def _show_list(found: CodeList, *, as_json: bool) -> None:
    if as_json:
        parts = [{"values": list(part.values), **_origin(part)} for part in found.parts]
        print_json({"list": found.name, "about": found.about, "values": list(found), "parts": parts})
        return
    rows: list[list[str | Text]] = []
    for part in found.parts:
        style = UNCERTAIN if part.verify else ""
        rows += [[Text(value, style=style), part.version, _until(part), whole(part.source)] for value in part.values]
        if part.note:
            say(part.note)
    silent = [value for value in found if not any(value in part.values for part in found.parts)]
    rows += [[value, "", "", "every list about a person tells these silences apart"] for value in silent]
    print_table(["value", "from", "to", "source"], rows)
    for attribution in found.attribution:
        say(attribution)


def _show_profile(found: Profile, *, as_json: bool) -> None:
    named = _statements(found)
    if as_json:
        told = [{"statement": name, "says": says, **_origin(leaf)} for name, says, leaf in named]
        rules = [rule_told(rule) for versions in found.clocks.values() for rule in versions]
        print_json({"profile": found.code, "layers": list(found.layers), "statements": told, "rules": rules})
        return
    out.print(Text.assemble((found.code, "bold"), f" over {', '.join(found.layers[1:])}"))
    print_table(
        ["statement", "says", "from", "layer", "certainty", "source"],
        [
            [whole(name), whole(says), leaf.version, leaf.layer, _sure(leaf), whole(leaf.source)]
            for name, says, leaf in named
        ],
    )
    say(f"{_doubtful(found.leaves)} of {len(found.leaves)} statements must be verified.", style=UNCERTAIN)


def _show_indicators(found: IndicatorSet, *, as_json: bool) -> None:
    if as_json:
        dimensions = [
            {"dimension": each.code, "indicators": dict(each.indicators), **_origin(each)}
            for each in found.dimensions.values()
        ]
        enough = {"combinations": found.thresholds.combinations, **_origin(found.thresholds)}
        print_json({"indicators": found.code, "dimensions": dimensions, "thresholds": enough})
        return
    rows: list[list[str | Text]] = [
        [whole(code), strength, _sure(each)]
        for each in found.dimensions.values()
        for code, strength in each.indicators.items()
    ]
    print_table(["indicator", "strength", "certainty"], rows)
    for leaf in (next(iter(found.dimensions.values())), found.thresholds):
        say(f"{leaf.source}. {leaf.note}")
    say("They decide nothing: information for a person's judgement.")


def _show_mapping(found: CodeMapping, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "mapping": found.name,
                "from": found.given,
                "to": found.wanted,
                "codes": dict(found.codes),
                **_origin(found),
            }
        )
        return
    rows: list[list[str | Text]] = [
        [code, there or Text("nothing", style="dim")] for code, there in found.codes.items()
    ]
    print_table([found.given, found.wanted], rows)
    say(f"{found.source}. {found.note}", style=UNCERTAIN if found.verify else "")


def _statements(found: Profile) -> list[tuple[str, str, Leaf]]:
    consent = f"adult {_asked(found.consent.adult)}, child {_asked(found.consent.child)}"
    told: list[tuple[str, str, Leaf]] = [
        ("timezone", found.timezone, found.time),
        ("calendar", found.calendar.subdivision or found.calendar.country, found.working_days),
        *(("calendar, a day off", day.name, day) for day in found.working_days.extra),
        ("languages", ", ".join(found.languages), found.spoken),
        ("consent", consent, found.consent),
    ]
    if found.duty_to_notify is not None:
        told.append(("duty to notify", ", ".join(found.duty_to_notify.bodies), found.duty_to_notify))
    if found.first_responders is not None:
        told.append(("first responders", ", ".join(found.first_responders.bodies), found.first_responders))
    told += [(f"authority {code}", leaf.name, leaf) for code, leaf in found.authorities.items()]
    told += [(f"stage {code}", ", ".join(leaf.outcomes) or leaf.kind, leaf) for code, leaf in found.stages.items()]
    for code, versions in found.clocks.items():
        told += [(f"clock {code}", _length(rule.length), rule) for rule in versions]
    told += [(f"remedy {code}", leaf.forum, leaf) for code, leaf in found.remedies.items()]
    told += [(f"residence {code}", leaf.name, leaf) for code, leaf in found.residence.items()]
    return told


def _asked(needed: bool) -> str:  # noqa: FBT001 - one word for one answer
    return "is asked" if needed else "is not asked"


def _length(length: Any) -> str:
    return "not known" if length is None else length.words


def _until(leaf: Leaf) -> str:
    return "" if leaf.effective_to is None else leaf.effective_to.isoformat()


def _sure(leaf: Leaf) -> Text:
    return Text(f"{leaf.certainty}, verify", style=UNCERTAIN) if leaf.verify else Text(leaf.certainty, style="green")


def _origin(leaf: Leaf) -> dict[str, Any]:
    return {
        "source": leaf.source,
        "layer": leaf.layer,
        "certainty": leaf.certainty,
        "verify": leaf.verify,
        "effective_from": leaf.version,
        "effective_to": _until(leaf) or None,
        "note": leaf.note,
    }
