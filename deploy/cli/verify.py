"""`verify`: whether what runs is whole: heads, epochs, keys by samples, audit chains, a settled exchange."""

from collections.abc import Iterator
from pathlib import Path

import click
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.text import Text

from deploy.cli.console import print_table, talk
from deploy.cli.findings import FAIL, Finding
from deploy.cli.installation import here
from deploy.cli.result import Result, with_json
from deploy.cli.saving import places
from deploy.cli.saving.checking import Verifying
from deploy.cli.service_requests import at_machine
from deploy.cli.stores import stores_of

COLOURS = {"ok": "green", "warn": "yellow", "fail": "bold red"}


@click.command(short_help="Verify the running installation.")
@click.option("--backup", "folder", type=click.Path(exists=True, path_type=Path), help="Backup to compare with.")
@click.option(
    "--wait",
    "seconds",
    type=click.FloatRange(min=0),
    default=60.0,
    help="Seconds to wait until all events are applied.",
)
@with_json
def verify(*, folder: Path | None, seconds: float) -> Iterator[Result]:
    r"""Verify the running installation, for example after a restore or an upgrade.

    The command checks the event logs and their epochs, every data key, samples of the encrypted data, the audit chains,
    and whether all events are applied. It changes nothing and shows no personal data.

    \b
    Exit code: 0 whole, 1 something is not.
    Examples:
      ./casepath verify
      ./casepath verify --backup /backup/data --json
    """
    stands = places.newest_of(folder, places.DATA).manifest["data"] if folder else {}
    installation = here()
    verifying = Verifying(at_machine(patience=seconds), installation, stores_of(installation), stands, seconds=seconds)
    return report(checked(verifying))


def checked(verifying: Verifying) -> list[Finding]:
    """Return the findings, and show the progress meanwhile."""
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=talk, transient=True) as bar:
        task = bar.add_task("the exchange")
        return verifying.findings(lambda what: bar.update(task, description=what))


def report(findings: list[Finding], **more: object) -> Iterator[Result]:
    """Yield the findings, with `more` in the JSON document, and then print them."""
    is_whole = not any(finding.state == FAIL for finding in findings)
    document = {**more, "whole": is_whole, "checks": [vars(finding) for finding in findings]}
    yield Result(document, exit_code=0 if is_whole else 1)
    rows: list[list[str | Text]] = [
        [Text(finding.state, style=COLOURS[finding.state]), finding.check, finding.why, finding.fix]
        for finding in findings
    ]
    print_table(["", "what", "found", "fix"], rows)
