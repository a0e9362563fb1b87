"""Check the derivation of deadlines on many histories: `python -m tests.soundness --histories 3000 --readings 5`."""

import sys
from collections import Counter

import click

from tests.soundness.checking import Count, check
from tests.soundness.histories import LAWS


@click.command()
@click.option("--histories", default=3_000, show_default=True, help="Histories of each jurisdiction.")
@click.option("--readings", default=5, show_default=True, help="Exact readings of each history.")
@click.option("--first", default=0, show_default=True, help="The first seed.")
@click.option("--law", "laws", multiple=True, type=click.Choice(LAWS), help="Only these jurisdictions.")
@click.option("--show", default=3, show_default=True, help="Breaks to print in full.")
def main(*, histories: int, readings: int, first: int, laws: tuple[str, ...], show: int) -> None:
    """Print for each jurisdiction how many periods claim more than the facts allow."""
    failed = False
    for law in laws or LAWS:
        count = Count()
        breaks = check(law, range(first, first + histories), readings, count=count)
        kinds = Counter(each.what for each in breaks)
        print(  # noqa: T201 - the result of a command
            f"{law}: {count.histories} histories, {count.comparisons} comparisons, "
            f"{count.without_reading} without a reading; breaks: {dict(kinds) or 0}",
            flush=True,
        )
        for each in breaks[:show]:
            print(each)  # noqa: T201
        failed = failed or bool(breaks)
    sys.exit(failed)


main()
