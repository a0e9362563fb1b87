"""`reference`: the published code lists and the jurisdictions' profiles, checked and shown with their sources."""

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

import click
from rich.text import Text

from deploy.cli.console import out, print_table, say, whole
from deploy.cli.errors import CommandRefused
from deploy.cli.new_profile import GUIDE, check_audiences, check_complete, new
from deploy.cli.result import Result, with_json
from deploy.cli.review import review
from deploy.cli.review_pack import pack
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
    rule_as_data,
)
from shared.reference.statements import of_profile
from shared.reference.words import ENGLISH, LANGUAGES, NOBODY, catalogue, without_words

UNCERTAIN = "yellow"


@click.group(short_help="Check and show code lists and legal profiles.")
def reference() -> None:
    r"""Check and show reference data: code lists, legal profiles of jurisdictions, and translations.

    \b
    Examples:
      ./casepath reference check
      ./casepath reference show NL
      ./casepath reference show exploitation_type
      ./casepath reference review --jurisdiction RO
      ./casepath reference pack --jurisdiction RO
      ./casepath reference new IE --in profiles
      ./casepath reference words
    """


reference.add_command(pack)
reference.add_command(review)
reference.add_command(new)


@reference.command()
@with_json
def check() -> Iterator[Result]:
    r"""Check all reference data, and count the entries that must be verified.

    Exit 1 if a file is invalid or not complete, if no profile uses it, or if a period does not state which agencies
    receive its events. Your own profiles (CASEPATH_PROFILES) are checked too.

    \b
    Example:
      ./casepath reference check
    """
    check_complete()
    lists, profiles = _loaded()
    check_audiences(profiles)
    yield Result(
        {
            "lists": {name: _list_counts(code_list) for name, code_list in lists.items()},
            "profiles": {law.code: _profile_counts(law) for law in profiles},
            "indicators": {name: len(list(indicators)) for name, indicators in published_indicators().items()},
            "mappings": {name: len(mapping.codes) for name, mapping in mappings().items()},
        }
    )
    print_table(
        ["list", "about", "values", "version", "to verify"], [_list_row(code_list) for code_list in lists.values()]
    )
    click.echo()
    heads = ["profile", "over", "stages", "clocks", "remedies", "statements", "version", "to verify"]
    print_table(heads, [_profile_row(law) for law in profiles])
    click.echo()
    others: list[IndicatorSet | CodeMapping] = [*published_indicators().values(), *mappings().values()]
    print_table(["indicators, mappings", "codes", "version", "to verify"], [_other_row(other) for other in others])
    values = sum(len(code_list) for code_list in lists.values())
    leaves = [*_leaves(lists.values()), *(leaf for law in profiles for leaf in law.leaves)]
    leaves += [leaf for other in others for leaf in _leaves_of(other)]
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
@with_json
def show(*, name: str) -> Iterator[Result]:
    r"""Show a code list, a profile, a set of indicators or a mapping with its sources.

    Yellow: to be verified.

    \b
    Example:
      ./casepath reference show exploitation_type
    """
    lists, profiles = _loaded()
    by_code = {law.code: law for law in profiles}
    if name in lists:
        yield from _show_list(lists[name])
    elif name in by_code:
        yield from _show_profile(by_code[name])
    elif name in published_indicators():
        yield from _show_indicators(published_indicators()[name])
    elif name in mappings():
        yield from _show_mapping(mappings()[name])
    else:
        names = [*by_code, *lists, *published_indicators(), *mappings()]
        close = difflib.get_close_matches(name, names, n=3) or difflib.get_close_matches(name.upper(), names, n=3)
        raise CommandRefused(
            f"There is no list or profile {name!r}.",
            why=f"near it: {', '.join(close)}" if close else f"profiles are {', '.join(by_code)}",
            next_step="see all of them with ./casepath reference check",
            exit_code=2,
        )


@reference.command()
@with_json
def words() -> Iterator[Result]:
    r"""Count the translations of each language, list missing ones, and show who has checked them.

    Exit 1 if a translation is missing. Staff see a language that no native speaker has checked. The public sees it only
    with CASEPATH_UNREAD_WORDS=1.

    \b
    Example:
      ./casepath reference words
    """
    lists, _ = _loaded()
    spoken = [_spoken(language, lists.values()) for language in LANGUAGES]
    is_complete = not any(language["missing"] for language in spoken)
    yield Result({"languages": spoken}, exit_code=0 if is_complete else 1)
    rows: list[list[str | Text]] = [_spoken_row(language) for language in spoken]
    print_table(["language", "codes", "problems", "missing", "read by"], rows)
    for language in spoken:
        for key in language["missing"]:
            say(f"{language['language']}: {key} has no words.", style=UNCERTAIN)


def _spoken(language: str, lists: Iterable[CodeList]) -> dict[str, Any]:
    codes = catalogue("codes", language)
    problems = None if language == ENGLISH else catalogue("problems", language)
    return {
        "language": language,
        "codes": sum(len(code_list) for code_list in lists),
        "problems": None if problems is None else len(problems.texts),
        "missing": [key for code_list in lists for key in without_words(code_list, language)],
        "read_by": sorted({each.readers for each in (codes, problems) if each is not None}),
    }


def _spoken_row(spoken: dict[str, Any]) -> list[str | Text]:
    is_read = NOBODY not in spoken["read_by"]
    reader = "; ".join(spoken["read_by"]) if is_read else "no native speaker yet"
    problems = "as written" if spoken["problems"] is None else str(spoken["problems"])
    missing = _to_verify(len(spoken["missing"]))
    return [
        spoken["language"],
        str(spoken["codes"]),
        problems,
        missing,
        Text(reader, style="" if is_read else UNCERTAIN),
    ]


def _loaded() -> tuple[dict[str, CodeList], list[Profile]]:
    try:
        load_all()
        return dict(code_lists()), [profile(code) for code in JURISDICTIONS]
    except BrokenReference as error:
        raise CommandRefused(
            "The reference data is broken; no service would start with it.",
            why=f"{error.place}: {error.problem}",
            next_step=f"correct that place, then check again. {GUIDE} explains each field",
        ) from error


def _leaves(lists: Iterable[CodeList]) -> list[Leaf]:
    return [part for code_list in lists for part in code_list.parts]


def _doubtful(leaves: Iterable[Leaf]) -> int:
    return sum(leaf.verify for leaf in leaves)


def _newest(leaves: Iterable[Leaf]) -> str:
    return max(leaf.version for leaf in leaves)


def _list_counts(code_list: CodeList) -> dict[str, object]:
    return {
        "about": code_list.about,
        "values": len(code_list),
        "version": _newest(code_list.parts),
        "to_verify": _doubtful(code_list.parts),
    }


def _profile_counts(law: Profile) -> dict[str, object]:
    return {
        "layers": list(law.layers[1:]),
        "stages": len(law.stages),
        "clocks": len(law.clocks),
        "remedies": len(law.remedies),
        "statements": len(law.leaves),
        "version": _newest(law.leaves),
        "to_verify": _doubtful(law.leaves),
    }


def _list_row(code_list: CodeList) -> list[str | Text]:
    newest, doubtful = _newest(code_list.parts), _doubtful(code_list.parts)
    return [whole(code_list.name), code_list.about, str(len(code_list)), newest, _to_verify(doubtful)]


def _profile_row(law: Profile) -> list[str | Text]:
    counts = [str(len(parts)) for parts in (law.stages, law.clocks, law.remedies, law.leaves)]
    return [law.code, ", ".join(law.layers[1:]), *counts, _newest(law.leaves), _to_verify(_doubtful(law.leaves))]


def _leaves_of(other: IndicatorSet | CodeMapping) -> tuple[Leaf, ...]:
    return (other,) if isinstance(other, CodeMapping) else other.leaves


def _other_row(other: IndicatorSet | CodeMapping) -> list[str | Text]:
    leaves = _leaves_of(other)
    name, count = (other.name, len(other.codes)) if isinstance(other, CodeMapping) else (other.code, len(list(other)))
    return [whole(name), str(count), _newest(leaves), _to_verify(_doubtful(leaves))]


def _to_verify(count: int) -> Text:
    return Text(str(count), style=UNCERTAIN) if count else Text("-", style="green")


def _show_list(code_list: CodeList) -> Iterator[Result]:
    parts = [{"values": list(part.values), **_origin(part)} for part in code_list.parts]
    yield Result({"list": code_list.name, "about": code_list.about, "values": list(code_list), "parts": parts})
    rows: list[list[str | Text]] = []
    for part in code_list.parts:
        style = UNCERTAIN if part.verify else ""
        rows += [[Text(value, style=style), part.version, _until(part), whole(part.source)] for value in part.values]
        if part.note:
            say(part.note)
    silent = [value for value in code_list if not any(value in part.values for part in code_list.parts)]
    rows += [[value, "", "", "every list about a person tells these silences apart"] for value in silent]
    print_table(["value", "from", "to", "source"], rows)
    for attribution in code_list.attribution:
        say(attribution)


def _show_profile(law: Profile) -> Iterator[Result]:
    statements = of_profile(law)
    shown = [{"statement": named.title, "says": named.says, **_origin(named.leaf)} for named in statements]
    rules = [rule_as_data(rule) for versions in law.clocks.values() for rule in versions]
    yield Result({"profile": law.code, "layers": list(law.layers), "statements": shown, "rules": rules})
    out.print(Text.assemble((law.code, "bold"), f" over {', '.join(law.layers[1:])}"))
    print_table(
        ["statement", "says", "from", "layer", "certainty", "source"],
        [
            [
                whole(named.title),
                whole(named.says),
                named.leaf.version,
                named.leaf.layer,
                _sure(named.leaf),
                whole(named.leaf.source),
            ]
            for named in statements
        ],
    )
    say(f"{_doubtful(law.leaves)} of {len(law.leaves)} statements must be verified.", style=UNCERTAIN)


def _show_indicators(indicators: IndicatorSet) -> Iterator[Result]:
    dimensions = [
        {"dimension": dimension.code, "indicators": dict(dimension.indicators), **_origin(dimension)}
        for dimension in indicators.dimensions.values()
    ]
    enough = {"combinations": indicators.thresholds.combinations, **_origin(indicators.thresholds)}
    yield Result({"indicators": indicators.code, "dimensions": dimensions, "thresholds": enough})
    rows: list[list[str | Text]] = [
        [whole(code), strength, _sure(dimension)]
        for dimension in indicators.dimensions.values()
        for code, strength in dimension.indicators.items()
    ]
    print_table(["indicator", "strength", "certainty"], rows)
    for leaf in (next(iter(indicators.dimensions.values())), indicators.thresholds):
        say(f"{leaf.source}. {leaf.note}")
    say("They decide nothing: information for a person's judgement.")


def _show_mapping(mapping: CodeMapping) -> Iterator[Result]:
    ends = {"mapping": mapping.name, "from": mapping.given, "to": mapping.wanted}
    yield Result({**ends, "codes": dict(mapping.codes), **_origin(mapping)})
    rows: list[list[str | Text]] = [
        [code, there or Text("nothing", style="dim")] for code, there in mapping.codes.items()
    ]
    print_table([mapping.given, mapping.wanted], rows)
    say(f"{mapping.source}. {mapping.note}", style=UNCERTAIN if mapping.verify else "")


def _until(leaf: Leaf) -> str:
    return "" if leaf.effective_to is None else leaf.effective_to.isoformat()


def _sure(leaf: Leaf) -> Text:
    return Text(f"{leaf.certainty}: {leaf.check}", style=UNCERTAIN) if leaf.verify else Text("settled", style="green")


def _origin(leaf: Leaf) -> dict[str, object]:
    return {
        "source": leaf.source,
        "layer": leaf.layer,
        "certainty": leaf.certainty,
        "check": leaf.check,
        "read_on": None if leaf.read_on is None else leaf.read_on.isoformat(),
        "from_memory": leaf.from_memory,
        "verify": leaf.verify,
        "effective_from": leaf.version,
        "effective_to": _until(leaf) or None,
        "note": leaf.note,
    }
