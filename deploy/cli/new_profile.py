"""`reference new`: write a template for the legal profile of another country, and find what is missing in one."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import click

from deploy.cli.console import say
from deploy.cli.errors import CommandRefused
from deploy.cli.result import Result, with_json
from shared.reference import BrokenReference, Profile
from shared.reference.profile_files import SHIPPED, UNFILLED, VARIABLE, installed, unfilled

TEMPLATE: Final = Path(__file__).parent / "profile_template.toml"
GUIDE: Final = "docs/guides/operate/countries.md"
_CODE: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


@click.command(short_help="Write a template for another country.")
@click.argument("code", metavar="CODE")
@click.option(
    "--in",
    "folder",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Folder of your profiles. Default: the one in {VARIABLE}.",
)
@with_json
def new(*, code: str, folder: Path | None) -> Iterator[Result]:
    r"""Write a template for the legal profile of a country or a part of it.

    CODE is its ISO 3166 code: IE, or IE-D for a part. An existing file is never changed.

    \b
    Example:
      ./casepath reference new IE --in profiles
    """
    path = _place(code, folder or installed().mounted)
    country = code.partition("-")[0]
    text = TEMPLATE.read_text(encoding="utf-8").replace("@CODE@", code).replace("@COUNTRY@", country)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise CommandRefused(
            f"{path} exists already, and was not changed.",
            next_step="edit it, or choose another code",
        ) from None
    except OSError as error:
        raise CommandRefused(
            f"{path} can't be written.",
            why=str(error.strerror),
            next_step="create the folder, or name another one with --in",
        ) from None
    places = list(unfilled(path))
    yield Result({"file": path, "places": len(places)})
    say(f"Wrote {path}. It has {len(places)} places to fill in ({UNFILLED}).")
    say(f"Then run: {VARIABLE}={path.parent} ./casepath reference check")
    say(f"The guide is {GUIDE}.")


def _place(code: str, folder: Path | None) -> Path:
    if not _CODE.fullmatch(code):
        raise CommandRefused(
            f"{code!r} is not the code of a country.",
            next_step="use the two letters of ISO 3166, such as IE, or IE-D for a part of a country",
            exit_code=2,
        )
    if (SHIPPED / f"{code}.toml").exists():
        raise CommandRefused(
            f"The profile {code} is part of this release.",
            next_step=f"see it with ./casepath reference show {code}",
            exit_code=2,
        )
    if folder is None:
        raise CommandRefused(
            "No folder for your profiles is set.",
            next_step=f"name one with --in, or set {VARIABLE}",
            exit_code=2,
        )
    return folder / f"{code}.toml"


def check_complete() -> None:
    """Raise `CommandRefused` if a mounted file has places that are still to be filled in, and list them."""
    try:
        left = [f"{path.name}: {place}" for path in installed().mounted_paths for place in unfilled(path)]
    except BrokenReference:
        return  # the check of the whole reports it
    if left:
        for place in left:
            say(place)
        raise CommandRefused(
            f"{len(left)} places of your profiles are still to be filled in. No service would start with them.",
            next_step=f"replace each {UNFILLED} in {installed().mounted}, then check again: {GUIDE}",
        )


# control: H-CONFIDENTIALITY-12 missing-audience-fails-the-check
def check_audiences(profiles: Iterable[Profile]) -> None:
    """Raise `CommandRefused` if a period or a stage states no audience: no agency would receive its events."""
    silent = dict.fromkeys(place for law in profiles for place in _without_audience(law))
    if silent:
        for place in silent:
            say(f"{place} has no audience, so no agency receives its events.")
        raise CommandRefused(
            f"{len(silent)} periods or stages do not state which agencies receive their events.",
            next_step=f'add an audience to each, such as audience = "limit", or audience = "nobody": {GUIDE}',
        )


def _without_audience(law: Profile) -> Iterable[str]:
    yield from (f"{rules[-1].layer}: period {code}" for code, rules in law.clocks.items() if rules[-1].audience is None)
    yield from (f"{leaf.layer}: stage {code}" for code, leaf in law.stages.items() if leaf.audience is None)
