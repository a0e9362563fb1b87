"""`agencies agreement`: the data-sharing agreements with agencies, each agreed on by two people."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

import click

from deploy.cli.console import print_table, say, whole
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import oneself, operator, read_all

SERVICE: Final = "partners"
_DAY: Final = click.DateTime(["%Y-%m-%d"])
_AGENCY: Final = click.argument("agency", type=click.UUID)
_AGREEMENT: Final = click.argument("agreement", type=click.UUID)
_REASON: Final = click.option("--reason", required=True, help="Code from the list agreement_end_reason.")


@click.group(short_help="Manage data-sharing agreements.")
def agreement() -> None:
    r"""Manage data-sharing agreements: purposes, data categories, jurisdictions and validity.

    Opening access takes two people: one records or resumes an agreement, and another, a data protection officer,
    confirms it. Closing access takes one person and has effect immediately.

    \b
    Examples:
      ./casepath agencies agreement list --state proposed
      ./casepath agencies agreement suspend AGENCY AGREEMENT --reason data_breach
    """


@agreement.command()
@_AGENCY
@click.option("--purpose", "purposes", multiple=True, required=True, help="Purpose; repeatable.")
@click.option("--category", "data_categories", multiple=True, required=True, help="Data category; repeatable.")
@click.option(
    "--jurisdiction", "jurisdictions", multiple=True, required=True, help="Jurisdiction, for example NL; repeatable."
)
@click.option("--from", "first_day", type=_DAY, required=True, help="First valid day.")
@click.option("--until", "last_day", type=_DAY, required=True, help="Last valid day.")
@click.option("--reference", required=True, help="Where the signed paper is filed. No personal names.")
@with_json
def add(
    *, agency: UUID, first_day: datetime, last_day: datetime, reference: str, **codes: tuple[str, ...]
) -> Iterator[Result]:
    r"""Record the agreement that AGENCY (its id) has signed. It is valid once a data protection officer confirms it.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies agreement add 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --purpose referral_for_support \
        --category contact_safe --jurisdiction NL --from 2026-12-01 --until 2027-11-30 --reference "Binder 7, 12"
    """
    days = {"first_day": first_day.date().isoformat(), "last_day": last_day.date().isoformat()}
    body = {**{name: list(values) for name, values in codes.items()}, **days, "reference": reference}
    recorded = operator().post(SERVICE, f"/v1/agencies/{agency}/agreements", body).json()
    yield Result(recorded)
    say(f"Recorded as {recorded['id']}. It counts once another person confirms it, within seven days.", style="yellow")
    say(f"  next, a data-protection officer: ./casepath agencies agreement confirm {agency} {recorded['id']}")


@agreement.command("list")
@click.argument("agency", type=click.UUID, required=False)
@click.option("--state", help="State: proposed, resuming, in_force, ends_soon and others.")
@with_json
def list_agreements(*, agency: UUID | None, state: str | None) -> Iterator[Result]:
    r"""List the agreements with AGENCY (its id), or with all agencies.

    \b
    Exit code: 0 done, 1 refused, or partners does not answer.
    Example:
      ./casepath agencies agreement list --state ends_soon
    """
    path = "/v1/agreements" if agency is None else f"/v1/agencies/{agency}/agreements"
    rows = read_all(operator(), SERVICE, path, "agreements", **({"state": state} if state else {}))
    yield Result({"agreements": rows})
    print_table(
        ["agency", "agreement", "in", "from", "until", "state", "counts"],
        [
            [
                whole(row["agency"]),
                whole(row["id"]),
                ", ".join(row["jurisdictions"]),
                row["first_day"],
                row["last_day"],
                row["state"],
                "yes" if row["counts"] else "no",
            ]
            for row in rows
        ],
    )
    say(f"{len(rows)} agreements.")


@agreement.command()
@_AGENCY
@_AGREEMENT
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@with_json
def confirm(*, agency: UUID, agreement: UUID, yes: bool) -> Iterator[Result]:
    r"""Show AGREEMENT with AGENCY (their ids), and confirm it as the second person.

    The command uses your own token as a data protection officer (CASEPATH_TOKEN_FILE).

    \b
    Exit code: 0 done, 1 refused, 2 there is no token of your own.
    Example:
      CASEPATH_TOKEN_FILE=own-token ./casepath agencies agreement confirm \
        0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    api = oneself("the operators' key begins and never confirms")
    read = api.get(SERVICE, _path(agency, agreement))
    for field, value in read.json().items():
        say(f"{field}: {_said(value)}")
    if not yes:
        click.confirm("Confirm this agreement?", abort=True, err=True)
    api.post(SERVICE, f"{_path(agency, agreement)}/confirmation", if_match=read.headers.get("ETag"))
    yield Result({"agency": agency, "agreement": agreement, "confirmed": True})
    say(f"Agreement {agreement} is confirmed.", style="green")


@agreement.command()
@_AGENCY
@_AGREEMENT
@_REASON
@with_json
def suspend(*, agency: UUID, agreement: UUID, reason: str) -> Iterator[Result]:
    r"""Suspend AGREEMENT with AGENCY (their ids) immediately. `resume` needs two people.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies agreement suspend 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 \
        0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57 --reason data_breach
    """
    operator().post(SERVICE, f"{_path(agency, agreement)}/suspension", {"reason": reason})
    yield Result({"agency": agency, "agreement": agreement, "state": "suspended"})
    say(f"Agreement {agreement} is suspended.", style="yellow")


@agreement.command()
@_AGENCY
@_AGREEMENT
@with_json
def resume(*, agency: UUID, agreement: UUID) -> Iterator[Result]:
    r"""Ask to resume the suspended AGREEMENT with AGENCY (their ids). Another person confirms it.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies agreement resume 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    api = operator()
    read = api.get(SERVICE, _path(agency, agreement))
    api.post(SERVICE, f"{_path(agency, agreement)}/resumption", if_match=read.headers.get("ETag"))
    yield Result({"agency": agency, "agreement": agreement, "state": "resuming"})
    say(f"Agreement {agreement} is valid again once another person confirms it, within seven days.", style="yellow")


@agreement.command()
@_AGENCY
@_AGREEMENT
@_REASON
@with_json
def end(*, agency: UUID, agreement: UUID, reason: str) -> Iterator[Result]:
    r"""End AGREEMENT with AGENCY (their ids) immediately, or reject a proposed one.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies agreement end 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 \
        0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57 --reason no_longer_needed
    """
    operator().post(SERVICE, f"{_path(agency, agreement)}/ending", {"reason": reason})
    yield Result({"agency": agency, "agreement": agreement, "state": "ended"})
    say(f"Agreement {agreement} has ended.", style="yellow")


def _path(agency: UUID, agreement: UUID) -> str:
    return f"/v1/agencies/{agency}/agreements/{agreement}"


def _said(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
