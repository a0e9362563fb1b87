"""`deadline`: how a period of the law is counted, with the rule, its source, and each day that did not count."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import click
from rich.text import Text

from deploy.cli.console import out, print_table, say, whole
from deploy.cli.errors import CommandRefused
from deploy.cli.result import Result, with_json
from shared.reference import (
    JURISDICTIONS,
    Calculation,
    ClockRule,
    Counted,
    Profile,
    UnknownRule,
    calculate,
    profile,
    rule_as_data,
    words_of,
)
from shared.reference.periods import Due, ImpossibleDate, moment

UNCERTAIN = "yellow"


@click.command(short_help="Calculate a legal period.")
@click.option(
    "--jurisdiction", type=click.Choice(JURISDICTIONS), help="Jurisdiction of the law and the public holidays."
)
@click.option("--rule", help="Code of the rule, as in --list.")
@click.option("--from", "start", help="Start: 2026-03-09, 2026-03-09T10:00Z, 2026-03 or 2026.")
@click.option("--received", help="Day of receipt, if it is another day.")
@click.option("--list", "listed", is_flag=True, help="List the rules of one or all jurisdictions.")
@with_json
def deadline(
    *,
    jurisdiction: str | None,
    rule: str | None,
    start: str | None,
    received: str | None,
    listed: bool,
) -> Iterator[Result]:
    r"""Calculate a legal period: due date, rule, version, source, and each skipped day with its reason.

    If a period can be counted in several ways, the command shows all, the safest for the person first. It also shows
    what makes the date uncertain and who should check the rule. A rule without a known length has no date. No service
    needs to run.

    \b
    Examples:
      ./casepath deadline --list --jurisdiction NL
      ./casepath deadline --jurisdiction NL --rule NL.OBJECTION --from 2026-03-06
      ./casepath deadline --jurisdiction GB-EAW --rule GB.RECONSIDER --from 2026-03-02 --received 2026-03-10
      ./casepath deadline --jurisdiction RO --rule PRIV.BREACH --from 2026-03-27T10:00Z
      ./casepath deadline --jurisdiction RO --rule RO.VOUCHER --from 2026-03-27T10:00Z --json
    """
    if listed:
        yield from _list([jurisdiction] if jurisdiction else list(JURISDICTIONS))
        return
    given = {"--jurisdiction": jurisdiction, "--rule": rule, "--from": start}
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise CommandRefused(
            f"{' and '.join(missing)} missing.",
            why="a date is counted by one rule of one law, from one start",
            next_step="see the rules with ./casepath deadline --list",
            exit_code=2,
        )
    calculation = _calculate(str(jurisdiction), str(rule), str(start), received)
    yield Result(calculation.as_data())
    _show(calculation)


def _calculate(jurisdiction: str, rule: str, start: str, received: str | None) -> Calculation:
    try:
        receipt = None if received is None else moment(received)
        return calculate(profile(jurisdiction), rule, moment(start), received=receipt, now=datetime.now(UTC))
    except UnknownRule as error:
        raise CommandRefused(
            f"No date is given: {rule} is no rule of {jurisdiction}.",
            why=str(error),
            next_step=f"see ./casepath deadline --list --jurisdiction {jurisdiction}",
            exit_code=2,
        ) from error
    except ImpossibleDate as error:
        raise CommandRefused(
            f"{start if received is None else f'{start}, received {received},'} can't be the start of a period.",
            why=str(error),
            next_step="give a date as YYYY-MM-DD, or an instant with its offset from UTC",
            exit_code=2,
        ) from error


def _list(jurisdictions: list[str]) -> Iterator[Result]:
    laws = [profile(code) for code in jurisdictions]
    rules = [(law, rule) for law in laws for versions in law.clocks.values() for rule in versions]
    rules += [(law, period.rule) for law in laws for period in law.other_periods.values()]
    yield Result([{"jurisdiction": law.code, **rule_as_data(rule)} for law, rule in rules])
    print_table(
        ["jurisdiction", "rule", "kind", "length", "in force from", "to", "source"],
        [_rule_row(law, rule) for law, rule in rules],
    )
    say("A length or source in yellow must be verified before anyone relies on it.")


def _rule_row(law: Profile, rule: ClockRule) -> list[str | Text]:
    style = UNCERTAIN if rule.verify else ""
    length = "not known" if rule.length is None else rule.length.words
    until = "" if rule.effective_to is None else rule.effective_to.isoformat()
    source = Text(rule.source, style=style, overflow="ellipsis", no_wrap=True)
    return [law.code, whole(rule.code), rule.kind, Text(length, style=style), rule.version, until, source]


def _show(calculation: Calculation) -> None:
    rule, due = calculation.found.rule, calculation.found.due
    first = f"from {_day(calculation.began_on)}"
    lines: list[tuple[str, Text | str]] = [
        ("due on", _due(calculation, due)),
        ("counted", f"{calculation.found.wording}, {first}" if due else first),
    ]
    if calculation.past is not None:
        lines.append(("past", Text(calculation.past.says, style=UNCERTAIN)))
    lines += [("or", _way(calculation, way)) for way in calculation.ways if way.due != due]
    lines += [("doubt", Text(words, style=UNCERTAIN)) for words in words_of(calculation.doubts)]
    skipped = due.skipped if due else ()
    lines += [("skipped" if not number else "", f"{_day(day)}  {why}") for number, (day, why) in enumerate(skipped)]
    if calculation.warns_on:
        lines.append(("warns on", ", ".join(day.isoformat() for day in calculation.warns_on)))
    uncounted = "" if rule.keeper else "; no clock of a case counts it"
    lines += [
        ("means", calculation.meaning),
        ("date is", f"{calculation.date_certainty}"),
        (
            "rule",
            f"{rule.code} of {calculation.profile.code}, {rule.kind}, in the version of {rule.version}{uncounted}",
        ),
        ("source", f"{rule.source} (layer {rule.layer})"),
        ("certainty", _certainty(rule)),
    ]
    if calculation.found.note:
        lines.append(("note", calculation.found.note))
    for name, text in lines:
        out.print(Text.assemble((f"{name:>10}  ", "bold"), text), soft_wrap=True)


def _way(calculation: Calculation, way: Counted) -> Text:
    if way.due is None:
        return Text(" ".join(("no date.", *words_of(way.doubts))), style=UNCERTAIN)
    return Text(f"{_due(calculation, way.due).plain}: {way.wording}. {way.why}".rstrip(), style=UNCERTAIN)


def _due(calculation: Calculation, due: Due | None) -> Text:
    if due is None:
        return Text("no date: the length of this period is not known", style="bold yellow")
    if due.exact:
        local = due.starts_at.astimezone(ZoneInfo(calculation.profile.timezone))
        return Text(f"{local:%Y-%m-%d %H:%M %Z} ({due.starts_at:%Y-%m-%dT%H:%MZ})", style="bold green")
    return Text(_day(due.due_on), style="bold green")


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d %A}"


def _certainty(rule: ClockRule) -> Text:
    read = "from memory" if rule.from_memory or rule.read_on is None else f"read on {rule.read_on}"
    if rule.verify:
        return Text(f"{rule.certainty}, {read}; to be checked by {rule.checked_by}", style=UNCERTAIN)
    return Text(f"{rule.certainty}, {read}", style="green")
