"""`deadline`: how a period of the law is counted, with the rule, its source, and each day that did not count."""

from datetime import date
from zoneinfo import ZoneInfo

import click
from rich.text import Text

from deploy.cli.console import out, print_json, print_table, say, whole
from deploy.cli.errors import CommandRefused
from shared.reference import (
    JURISDICTIONS,
    Calculation,
    ClockRule,
    Profile,
    UnknownRule,
    calculate,
    profile,
    rule_as_data,
)
from shared.reference.periods import ImpossibleDate, moment

UNCERTAIN = "yellow"


@click.command(short_help="Count a period of the law, with every day skipped.")
@click.option("--jurisdiction", type=click.Choice(JURISDICTIONS), help="Whose law and whose public holidays.")
@click.option("--rule", help="A rule's code, as --list shows it.")
@click.option("--from", "start", help="When it begins: 2026-03-09, 2026-03-09T10:00Z, or only 2026-03 or 2026.")
@click.option("--list", "listed", is_flag=True, help="List the rules, of all jurisdictions unless one is named.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def deadline(*, jurisdiction: str | None, rule: str | None, start: str | None, listed: bool, as_json: bool) -> None:
    r"""Count a period of the law from its start: due date, rule, version, source, and each day skipped with its reason.

    Where a rule can be read in two ways, the reading that is safe for the person stands first. A rule whose length is
    not known gives no date. Nothing needs to be running.

    \b
    Examples:
      ./casepath deadline --list --jurisdiction NL
      ./casepath deadline --jurisdiction NL --rule NL.OBJECTION --from 2026-03-06
      ./casepath deadline --jurisdiction RO --rule RO.VOUCHER --from 2026-03-27T10:00Z --json
    """
    if listed:
        _list([jurisdiction] if jurisdiction else list(JURISDICTIONS), as_json=as_json)
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
    calculation = _calculate(str(jurisdiction), str(rule), str(start))
    if as_json:
        print_json(calculation.as_data())
    else:
        _show(calculation)


def _calculate(jurisdiction: str, rule: str, start: str) -> Calculation:
    try:
        return calculate(profile(jurisdiction), rule, moment(start))
    except UnknownRule as error:
        raise CommandRefused(
            f"No date is given: {rule} is no rule of {jurisdiction}.",
            why=str(error),
            next_step=f"see ./casepath deadline --list --jurisdiction {jurisdiction}",
            exit_code=2,
        ) from error
    except ImpossibleDate as error:
        raise CommandRefused(f"{start} can't be counted from.", why=str(error), exit_code=2) from error


def _list(jurisdictions: list[str], *, as_json: bool) -> None:
    laws = [profile(code) for code in jurisdictions]
    rules = [(law, rule) for law in laws for versions in law.clocks.values() for rule in versions]
    if as_json:
        print_json([{"jurisdiction": law.code, **rule_as_data(rule)} for law, rule in rules])
        return
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
    lines: list[tuple[str, Text | str]] = [
        ("due on", _due(calculation)),
        (
            "counted",
            f"{calculation.found.wording}, from {_day(calculation.began_on)}"
            if due
            else f"from {_day(calculation.began_on)}",
        ),
    ]
    if calculation.found.other is not None and rule.other is not None:
        other = f"{_day(calculation.found.other.due_on)}: {calculation.found.other_wording}. {rule.other.why}"
        lines.append(("or", Text(other, style=UNCERTAIN)))
    skipped = due.skipped if due else ()
    lines += [("skipped" if not number else "", f"{_day(day)}  {why}") for number, (day, why) in enumerate(skipped)]
    if calculation.warns_on:
        lines.append(("warns on", ", ".join(day.isoformat() for day in calculation.warns_on)))
    lines += [
        ("means", calculation.meaning),
        ("rule", f"{rule.code} of {calculation.profile.code}, {rule.kind}, in the version of {rule.version}"),
        ("source", f"{rule.source} (layer {rule.layer})"),
        ("certainty", _certainty(rule)),
    ]
    if calculation.found.note:
        lines.append(("note", calculation.found.note))
    for name, text in lines:
        out.print(Text.assemble((f"{name:>10}  ", "bold"), text), soft_wrap=True)


def _due(calculation: Calculation) -> Text:
    due = calculation.found.due
    if due is None:
        return Text("no date: the length of this period is not known", style="bold yellow")
    if due.exact:
        local = due.starts_at.astimezone(ZoneInfo(calculation.profile.timezone))
        return Text(f"{local:%Y-%m-%d %H:%M %Z} ({due.starts_at:%Y-%m-%dT%H:%MZ})", style="bold green")
    return Text(_day(due.due_on), style="bold green")


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d %A}"


def _certainty(rule: ClockRule) -> Text:
    if rule.verify:
        return Text(f"{rule.certainty}; must be verified", style=UNCERTAIN)
    return Text(rule.certainty, style="green")
