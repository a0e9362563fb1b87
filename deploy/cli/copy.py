"""`copy`: write all stored data about a person to a folder, as data files and as pages to print."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import click

from deploy.cli.console import say
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import HOLDERS
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import oneself

FORMS = {"json": "application/json", "html": "text/html"}


@click.command(short_help="Write a copy of a person's data for them.")
@click.argument("case", type=click.UUID)
@click.option(
    "--out", "folder", type=click.Path(path_type=Path), required=True, help="Folder for the files; created if missing."
)
@click.option("--disclosure", type=click.UUID, help="Id of a decided disclosure to a third party.")
@with_json
def copy(*, case: UUID, folder: Path, disclosure: UUID | None) -> Iterator[Result]:
    r"""Write a copy of all data that the services store about a person: a data file and a page per service.

    The command refuses until the request was checked with the person in private and reviewed. It writes no file unless
    every service answered. It uses your own token (CASEPATH_TOKEN_FILE), which must see all data: you are caseworker,
    legal adviser and counsellor on the team of the case.

    \b
    Examples:
      export CASEPATH_TOKEN_FILE=own-token
      ./casepath copy 0198c0de-0000-7000-8000-000000000000 --out ./for-the-person
      ./casepath copy 0198c0de-0000-7000-8000-000000000000 --out ./for-the-court --disclosure 0198c0df-…
    """
    _refuse_to_mix(folder)
    api, query = oneself(), {"disclosure": str(disclosure)} if disclosure else {}
    files: dict[str, bytes] = {}
    for service in HOLDERS:
        for ending, form in FORMS.items():
            reply = api.request("GET", service, f"/v1/cases/{case}/copy", query=query, headers={"Accept": form})
            files[f"{service}.{ending}"] = reply.content
    _write(folder, files)
    yield Result({"folder": folder, "files": sorted(files)})
    say(f"{len(files)} files in {folder}. Hand them over in private, then delete the folder.", style="green")


def _refuse_to_mix(folder: Path) -> None:
    """Raise `CommandRefused` before any service is asked: each records that it handed a copy over."""
    names = [f"{service}.{ending}" for service in HOLDERS for ending in FORMS]
    existing = [name for name in names if (folder / name).exists()]
    if existing:
        raise CommandRefused(
            f"{folder} already holds {', '.join(existing)}.",
            next_step="use another folder, so that copies are not mixed",
            exit_code=2,
        )


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
