"""`outreach`: sessions of outreach, their posters and cards, and how often these were scanned."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import click

from deploy.cli.api import on_this_machine
from deploy.cli.console import print_table, say, whole
from deploy.cli.environment_record import PRODUCTION, environment_in_force
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import here
from deploy.cli.public import address as address_here
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import oneself, read_all
from shared.reference import JURISDICTIONS
from shared.reference.words import ENGLISH, PUBLIC_LANGUAGES, name_of

_FORMATS: Final = (".pdf", ".svg")
_WHY: Final = "posters belong to the agency of the session, and the command acts as an operator only"


@click.group(short_help="Draw posters and count their scans.")
def outreach() -> None:
    r"""List outreach sessions, draw posters and cards for them, and count their scans.

    \b
    Examples:
      ./casepath outreach sessions
      ./casepath outreach poster 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --language vi --out poster.pdf
      ./casepath outreach scans 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """


@outreach.command()
@with_json
def sessions() -> Iterator[Result]:
    r"""List the outreach sessions of your agency, newest first.

    The command uses your own token (CASEPATH_TOKEN_FILE).

    \b
    Exit code: 0 shown, 1 refused.
    Example:
      ./casepath outreach sessions
    """
    held = read_all(oneself(_WHY), "intake", "/v1/outreach-sessions", "sessions")
    yield Result(held)
    print_table(
        ["session", "held on", "region", "setting"],
        [[whole(each["id"]), each["held_on"], each["region"], each["setting"]] for each in held],
    )


@outreach.command()
@click.argument("session", type=click.UUID)
@click.option("--language", type=click.Choice(PUBLIC_LANGUAGES), required=True, help="Language of the texts.")
@click.option(
    "--out", "file", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write: .pdf or .svg."
)
@click.option("--card", "is_card", is_flag=True, help="Draw a card (A6) instead of a poster (A4).")
@click.option(
    "--jurisdiction",
    type=click.Choice(JURISDICTIONS),
    help="Jurisdiction for help numbers; by default that of the session.",
)
@click.option("--site", help="Address of the public pages; by default CASEPATH_WEB_PUBLIC_ADDRESS.")
@with_json
def poster(
    *, session: UUID, language: str, file: Path, is_card: bool, jurisdiction: str | None, site: str | None
) -> Iterator[Result]:
    r"""Draw a poster or a card for SESSION (its id at intake) with a QR code for the public pages.

    The code names the session to intake only. The command uses your own token (CASEPATH_TOKEN_FILE). A PDF contains its
    fonts. To print an SVG, the program needs fonts for the language.

    \b
    Exit code: 0 drawn, 1 refused, 2 an option is wrong or missing.
    Examples:
      ./casepath outreach poster 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --language vi --out poster.pdf
      ./casepath outreach poster 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --language ar --out card.svg --card
    """
    if file.suffix not in _FORMATS:
        raise CommandRefused(f"{file} is neither a .pdf nor a .svg file.", next_step="name another file", exit_code=2)
    site = _checked(site or address_here(here()))
    api = oneself(_WHY)
    region = str(api.get("intake", f"/v1/outreach-sessions/{session}").json()["region"])
    place = jurisdiction or _jurisdiction_of(region)
    public = api.get("intake", "/v1/self-check", language=language).json()["public"]
    code = str(api.post("intake", f"/v1/outreach-sessions/{session}/poster-code").json()["code"])
    _write(file, _drawn(public, place, site, code, is_card=is_card, ending=file.suffix))
    if language != ENGLISH and public["reader"] is None:
        say(
            f"No native speaker has checked the words in {name_of(language)}. Let one read {file} before you print it.",
            style="yellow",
        )
    if not site.startswith("https:"):
        say(f"Phones cannot open {site}: this sheet is for training only.", style="yellow")
    yield Result({"session": session, "file": file})
    say(f"Drawn: {file}. Scan it with a phone before you print it.", style="green")


@outreach.command()
@click.argument("session", type=click.UUID)
@with_json
def scans(*, session: UUID) -> Iterator[Result]:
    r"""Show how often the posters of SESSION were scanned, per language.

    Small numbers are hidden, and others are rounded down. Scans from one network are counted only a few times per hour.
    The command uses your own token (CASEPATH_TOKEN_FILE).

    \b
    Exit code: 0 shown, 1 refused.
    Example:
      ./casepath outreach scans 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    report = oneself(_WHY).get("intake", f"/v1/outreach-sessions/{session}/poster-scans").json()
    yield Result(report)
    too_few = f"fewer than {report['smallest_shown']}"
    rows = [
        [each["language"], too_few if each["scans"] is None else f"{each['scans']} or more"]
        for each in report["languages"]
    ]
    print_table(["language", "scans"], rows)


def _checked(site: str) -> str:
    """Return the address of the public pages. It is printed on paper, so it consists of a host only."""
    parts = urlsplit(site)
    next_step = "set CASEPATH_WEB_PUBLIC_ADDRESS, or add --site https://info.example.org"
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise CommandRefused(
            "The address of the public pages has more than a host, or none.",
            why="the address is printed, and visitors type it",
            next_step=next_step,
            exit_code=2,
        )
    is_for_training = on_this_machine(site) and environment_in_force(here()) != PRODUCTION
    if parts.scheme != "https" and not (parts.scheme == "http" and is_for_training):
        raise CommandRefused(
            f"{site} is not an https address.",
            why="phones cannot open it, or others in the same network can read the visitors' answers",
            next_step=next_step,
            exit_code=2,
        )
    return site


def _write(file: Path, drawn: bytes) -> None:
    try:
        file.write_bytes(drawn)
    except OSError as error:
        raise CommandRefused(
            f"{file} cannot be written.", why=str(error.strerror), next_step="name another file"
        ) from None


def _jurisdiction_of(region: str) -> str:
    country = region.partition("-")[0]
    places = [code for code in JURISDICTIONS if code.partition("-")[0] == country]
    if len(places) != 1:
        raise CommandRefused(
            "It is not known which help numbers to print.",
            why=f"the region of the session is in {' or '.join(places) or 'no jurisdiction that is known here'}",
            next_step=f"./casepath outreach poster … --jurisdiction {next(iter(places or JURISDICTIONS))}",
            exit_code=2,
        )
    return places[0]


def _drawn(public: dict[str, Any], place: str, site: str, code: str, *, is_card: bool, ending: str) -> bytes:
    # Here: the libraries that draw are installed only for this command (requirements-print.lock).
    from deploy.posters import pdf, sheet, svg
    from deploy.posters.contents import contents
    from deploy.posters.lettering import MissingLetters, opened

    paper = sheet.CARD if is_card else sheet.POSTER
    try:
        with opened() as lettering:
            laid_out = sheet.lay_out(contents(public, place, site, code), paper, lettering)
    except MissingLetters as missing:
        raise CommandRefused(
            "Letters of a text cannot be drawn.",
            why=f"no font has them, or they are combining marks: {missing.letters}",
            next_step="report it",
        ) from None
    except sheet.TooLong:
        raise CommandRefused(
            "The texts do not fit on the paper.", next_step="draw a poster, or a shorter site"
        ) from None
    return pdf.drawn(laid_out) if ending == ".pdf" else svg.drawn(laid_out)
