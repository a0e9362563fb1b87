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
from deploy.cli.console import say
from deploy.cli.environment_record import refuse_in_production
from deploy.cli.installation import here
from deploy.cli.journey.batch import Batch, journeys_of, play_all
from deploy.cli.journey.ctdc import Rejects, rows_of
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.output import progress, show_path, summarise
from deploy.cli.journey.outreach import differences, show, traced
from deploy.cli.journey.planning import WAYS, PlannedJourney, Way
from deploy.cli.result import Result, is_for_scripts, with_json
from shared.reference import JURISDICTIONS

SEEDS = 1_000_000
#: One sample journey per jurisdiction.
SAMPLES = ["GB-EAW", "NL", "RO"]


@click.command(short_help="Create fictitious cases and show their events.")
@click.option("--jurisdiction", type=click.Choice(JURISDICTIONS), help="Use this jurisdiction; by default all in turn.")
@click.option("--way", type=click.Choice(WAYS), help="Path of the case: identified, declined, or refused first.")
@click.option("--count", type=click.IntRange(min=1), help="Number of cases; by default 1, or every row of the file.")
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path),
    help="A .csv or .csv.gz file with the one-hot columns of the CTDC.",
)
@click.option("--rejects", type=click.Path(path_type=Path), help="File for rows that cannot be read.")
@click.option("--outreach", is_flag=True, help="Start in outreach sessions, and compare the counts.")
@click.option("--seed", type=click.IntRange(0, SEEDS), help="Use the same seed for the same cases.")
@click.option("--target", "urls", multiple=True, metavar="URL", help="Address of a service; repeatable.")
@with_json
def journey(
    *,
    jurisdiction: str | None,
    way: Way | None,
    count: int | None,
    file: Path | None,
    rejects: Path | None,
    outreach: bool,
    seed: int | None,
    urls: tuple[str, ...],
) -> Iterator[Result]:
    r"""Create fictitious cases through the public HTTP APIs, from first contact to compensation.

    One case prints each event with its service, its stage and its cause. Several cases print a summary. All people are
    fictitious. Production refuses this command. With --outreach, cases start in outreach sessions, some stop on the
    way, and the command compares the published counts with its own. Exit 0 if every case is complete.

    A row of the file that cannot be read is written to NAME.rejects.csv in the current folder, with its line number and
    the reason. The other rows are used. --target takes the addresses of intake, legal and support in this order, or
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
    batch = _play(targets, codes, count, file, rejects, seed=seed, way=way, outreach=outreach, quiet=is_for_scripts())
    differing = differences(Desk(targets), batch.outcomes) if outreach else []
    document = {**batch.document(), "differing": [asdict(difference) for difference in differing]}
    yield Result(document, exit_code=0 if batch.all_complete and not differing else 1)
    if outreach:
        show(batch.outcomes, differing)


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
