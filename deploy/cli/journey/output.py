"""Output of a run of journeys: a path printed live, a progress bar, a summary."""

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from deploy.cli.api import Targets
from deploy.cli.console import out, say, talk
from deploy.cli.journey.batch import Batch, Outcome, play_one
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.planning import PlannedJourney
from deploy.cli.journey.unfolding import Unfolding

LOOK_SECONDS = 0.3
FICTITIOUS = "All people in this case are fictitious."
WAYS_TOLD = {
    "accepted": "through the official mechanism",
    "declined": "declines the official mechanism and is helped all the same",
    "negative": "a negative decision, and continued help",
}
FAILURES_SHOWN = 10


def show_path(plan: PlannedJourney, targets: Targets, today: dt.date, seed: int) -> Batch:
    """Play one journey and print its path as it unfolds."""
    out.print(Text(f"{plan.profile.code}: {WAYS_TOLD[plan.way]}. {FICTITIOUS}", style="bold"))
    stop, opened = threading.Event(), threading.Event()
    case: list[str] = []

    def note_opened(opened_case: str) -> None:
        case.append(opened_case)
        opened.set()

    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        played = pool.submit(play_one, plan, Desk(targets, stop=stop), today, note_opened)
        played.add_done_callback(lambda _played: opened.set())
        try:
            opened.wait()
            if case:
                _follow(played, Desk(targets), case[0])
        finally:
            stop.set()
    return Batch(seed, [played.result()], round(time.monotonic() - began, 1))


def _follow(played: "Future[Outcome]", desk: Desk, case: str) -> None:
    out.print(Text(f"case {case}", style="dim"))
    path = Unfolding(desk, case, lambda line: out.print(line, soft_wrap=True))
    while not played.done():
        path.look()
        time.sleep(LOOK_SECONDS)
    path.look(last=True)


@contextlib.contextmanager
def progress(total: int | None) -> Iterator[Callable[[Outcome], None]]:
    """Show a bar while journeys are played, on a terminal only; the yielded function is called with each outcome."""
    columns = (TextColumn("fictitious journeys"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=talk, disable=not talk.is_terminal) as bar:
        task = bar.add_task("journeys", total=total)
        yield lambda _outcome: bar.advance(task)


def summarise(batch: Batch) -> None:
    """Print how many journeys are complete, and what is missing in the others."""
    for outcome in [outcome for outcome in batch.outcomes if not outcome.complete][:FAILURES_SHOWN]:
        lacks = "; ".join(outcome.missing)
        say(f"Not complete: {outcome.jurisdiction} {outcome.way}, case {outcome.case or '(not opened)'}: {lacks}")
    of, style = len(batch.outcomes), "bold green" if batch.all_complete else "bold red"
    sentence = f"{batch.complete} of {of} fictitious journeys complete; {batch.events} events in {batch.seconds} s"
    say(f"{sentence} (seed {batch.seed}).", style=style)
