"""`journey`: fictitious cases played through the public HTTP APIs, and their path shown."""

import contextlib
import datetime as dt
import itertools
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from deploy.cli.api import Targets, find_targets
from deploy.cli.console import print_json, say
from deploy.cli.environment_record import refuse_in_production
from deploy.cli.installation import here
from deploy.cli.journey.batch import Batch, journeys_of, play_all
from deploy.cli.journey.ctdc import Rejects, rows_of
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.output import progress, show_path, summarise
from deploy.cli.journey.outreach import differences, show, traced
from deploy.cli.journey.planning import WAYS, PlannedJourney, Way
from shared.reference import JURISDICTIONS

SEEDS = 1_000_000
#: One sample journey per jurisdiction.
SAMPLES = ["GB-EAW", "NL", "RO"]


@click.command(short_help="Play fictitious cases and watch their path.")
@click.option("--jurisdiction", type=click.Choice(JURISDICTIONS), help="By default they take turns.")
@click.option("--way", type=click.Choice(WAYS), help="Through the mechanism, past it, or refused at first.")
@click.option("--count", type=click.IntRange(min=1), help="How many; by default 1, or every row of the file.")
@click.option(
    "--from", "file", type=click.Path(path_type=Path), help="A .csv or .csv.gz file with the CTDC's columns, one-hot."
)
@click.option("--rejects", type=click.Path(path_type=Path), help="Where rows go that can't be read.")
@click.option("--outreach", is_flag=True, help="Begin in outreach sessions; some stop on the way; compare the counts.")
@click.option("--seed", type=click.IntRange(0, SEEDS), help="The same seed plays the same stories again.")
@click.option("--target", "urls", multiple=True, metavar="URL", help="Where a service is; may be given again.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcomes as JSON.")
@click.pass_context
def journey(
    ctx: click.Context,
    *,
    jurisdiction: str | None,
    way: Way | None,
    count: int | None,
    file: Path | None,
    rejects: Path | None,
    outreach: bool,
    seed: int | None,
    urls: tuple[str, ...],
    as_json: bool,
) -> None:
    r"""Play fictitious journeys through the services' public HTTP APIs, from first contact to compensation.

    One journey prints its path as it unfolds: each event with its service, its place on the path and what caused it.
    Several print a summary. Nobody in them lives. Refused in production. With --outreach, journeys come of outreach
    sessions, some end on the way, and how far those of each session came is read back and must be the same.
    Exit 0 when every journey came to its end.

    A row of the file that can't be read goes, with its line number and the reason, to NAME.rejects.csv in the
    current folder; the rest is played. --target takes the addresses of intake, legal and support in this order, or
    with their names.

    \b
    Examples:
      ./casepath journey
      ./casepath journey --jurisdiction NL --way declined
      ./casepath journey --count 1000 --outreach --from ctdc_global_synthetic_one_hot.csv.gz
      ./casepath journey --count 200 --from ctdc_global_synthetic_one_hot.csv.gz
      ./casepath journey --target intake=http://127.0.0.1:9101 --count 20 --json
    """
    refuse_in_production(here(), "A fictitious journey")
    targets = find_targets(urls)
    codes = [jurisdiction] if jurisdiction else list(JURISDICTIONS)
    batch = _play(targets, codes, count, file, rejects, seed=seed, way=way, outreach=outreach, quiet=as_json)
    differing = differences(Desk(targets), batch.outcomes) if outreach else []
    if outreach and not as_json:
        show(batch.outcomes, differing)
    if as_json:
        print_json({**batch.document(), "differing": [asdict(difference) for difference in differing]})
    ctx.exit(0 if batch.all_complete and not differing else 1)


def play(targets: Targets, jurisdictions: Sequence[str], count: int, *, seed: int | None = None) -> bool:
    """Play `count` journeys, the jurisdictions taking turns; return whether every one of them is complete."""
    return _play(targets, list(jurisdictions), count, seed=seed).all_complete


def _play(
    targets: Targets,
    jurisdictions: list[str],
    count: int | None,
    file: Path | None = None,
    rejects: Path | None = None,
    *,
    seed: int | None = None,
    way: Way | None = None,
    outreach: bool = False,
    quiet: bool = False,
) -> Batch:
    chosen = secrets.randbelow(SEEDS) if seed is None else seed
    today = dt.date.fromisoformat(Desk(targets, patience=0.0).today())
    with contextlib.ExitStack() as stack:
        refused = stack.enter_context(Rejects(rejects or Path(f"{file.name}.rejects.csv"))) if file else None
        rows = rows_of(file, refused) if file and refused else None
        total = count if count or file else 1
        plans: Iterator[PlannedJourney] = itertools.islice(
            journeys_of(rows, jurisdictions, today, seed=chosen, way=way), total
        )
        plans = traced(plans, Desk(targets), today, seed=chosen) if outreach else plans
        batch = _batch(plans, targets, today, chosen, total=total, quiet=quiet)
    if not quiet:
        summarise(batch)
    if refused and refused.count:
        say(f"{refused.count} rows could not be read; {refused.path} names each line and the reason.", style="yellow")
    return batch


def _batch(
    plans: Iterator[PlannedJourney], targets: Targets, today: dt.date, seed: int, *, total: int | None, quiet: bool
) -> Batch:
    first = next(plans, None)
    if first is None:
        return Batch(seed)
    if total == 1 and not quiet:
        return show_path(first, targets, today, seed)
    with progress(total) as on_outcome:
        return play_all(itertools.chain([first], plans), targets, today, seed=seed, on_outcome=on_outcome)
