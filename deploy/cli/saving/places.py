"""The folders of backups: one for data and one for keys, in two places, each with a manifest next to its files."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypedDict, cast

import shared
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import write_private
from deploy.cli.saving.cut import KeysStand, Stand

FORM = 1
DATA, KEYS = "casepath-data-", "casepath-keys-"
MANIFEST, UNFINISHED = "manifest.json", ".unfinished"
_INSTANT = "%Y%m%dT%H%M%SZ"


class FileOf(TypedDict):
    """A file of a backup as it is stored, sealed."""

    bytes: int
    sha256: str


class Manifest(TypedDict):
    """The description of a backup. It identifies no person and contains no key."""

    form: int
    id: str
    taken_at: str
    release: str
    environment: str
    #: How it was run: `up`, or `docker`.
    runs: str
    is_consistent: bool
    data: Mapping[str, Stand]
    keys: Mapping[str, KeysStand]
    ring_keys: Mapping[str, list[str]]
    files: dict[str, FileOf]


@dataclass(frozen=True)
class Saved:
    """A backup's folder, of data or of keys, with its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def taken_at(self) -> datetime:
        """When it was taken."""
        return datetime.fromisoformat(self.manifest["taken_at"])

    def file(self, name: str) -> Path:
        """Return the path of one of its files, by its name without how it was sealed. Raises `CommandRefused`."""
        sealed = [self.folder / stored for stored in self.manifest["files"] if stored.rpartition(".")[0] == name]
        if not sealed:
            raise CommandRefused(f"The backup {self.folder} has no {name}.", next_step="use a backup that has it")
        return sealed[0]

    def has(self, name: str) -> bool:
        """Return whether a file of this name is part of it."""
        return any(stored.rpartition(".")[0] == name for stored in self.manifest["files"])


def new_id(now: datetime) -> str:
    """Return the id of a backup that is taken now: its instant in UTC."""
    return now.astimezone(UTC).strftime(_INSTANT)


def new_manifest(backup: str, now: datetime, environment: str, runs: str = "up") -> Manifest:
    """Return the manifest of a backup of which nothing is there yet."""
    return {
        "form": FORM,
        "id": backup,
        "taken_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "release": shared.__version__,
        "environment": environment,
        "runs": runs,
        "is_consistent": True,
        "data": {},
        "keys": {},
        "ring_keys": {},
        "files": {},
    }


def check_apart(data: Path, keys: Path) -> None:
    """Raise `CommandRefused` where keys would lie among the data, or the other way round."""
    first, second = data.resolve(), keys.resolve()
    if first == second or first in second.parents or second in first.parents:
        raise CommandRefused(
            "Data and keys would be stored in the same place; nothing was backed up.",
            why="erasure works only if no backup of the data is stored with its keys",
            next_step="choose another place with --keys-to: another disk or machine",
            exit_code=2,
        )


def begin(place: Path, name: str) -> Path:
    """Make the folder of a backup that is being taken; it gets its name once it is whole. Raises `CommandRefused`."""
    folder = place / f"{name}{UNFINISHED}"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise CommandRefused(
            f"Nothing can be written to {place}; nothing was backed up.",
            why=str(error.strerror),
            next_step="name a folder that you may write to",
            exit_code=2,
        ) from None
    return folder


def finish(folder: Path, manifest: Manifest) -> Path:
    """Write the manifest, and give the folder its name; returns it."""
    write_private(folder / MANIFEST, json.dumps(manifest, indent=1))
    whole = folder.with_name(folder.name.removesuffix(UNFINISHED))
    folder.rename(whole)
    return whole


def described(file: Path) -> FileOf:
    """Return a file's size and digest, read from where it is stored."""
    with file.open("rb") as stored:
        digest = hashlib.file_digest(stored, "sha256")
    return {"bytes": file.stat().st_size, "sha256": digest.hexdigest()}


def saved_at(folder: Path) -> Saved:
    """Return the backup in a folder. Raises `CommandRefused` if there is none or its format is unknown."""
    try:
        manifest = cast("Manifest", json.loads(folder.joinpath(MANIFEST).read_text(encoding="utf-8")))
        form = int(manifest["form"])
    except (OSError, ValueError, TypeError, KeyError):
        raise CommandRefused(
            f"There is no backup in {folder}.",
            why=f"it has no {MANIFEST} that can be read",
            next_step="name the folder of one backup: ./casepath backup list",
            exit_code=2,
        ) from None
    if form > FORM:
        raise CommandRefused(
            f"The backup in {folder} is of a later release ({manifest['release']}).",
            next_step=f"restore it with the release {manifest['release']} or a later one",
        )
    return Saved(folder, manifest)


def all_in(place: Path, kind: str) -> list[Saved]:
    """Return the whole backups of a kind (`DATA`, `KEYS`) in a place, oldest first."""
    folders = sorted(place.glob(f"{kind}*")) if place.is_dir() else []
    return [saved_at(folder) for folder in folders if not folder.name.endswith(UNFINISHED)]


def newest_of(path: Path, kind: str) -> Saved:
    """Return the backup in a folder, or the newest of those in a place of several. Raises `CommandRefused`."""
    if path.joinpath(MANIFEST).exists():
        return saved_at(path)
    several = all_in(path, kind)
    return several[-1] if several else saved_at(path)


def expired(place: Path, days: int, now: datetime) -> list[Saved]:
    """Return the backups of keys that are older than so many days, oldest first."""
    return [saved for saved in all_in(place, KEYS) if saved.taken_at < now - timedelta(days=days)]


def damaged(saved: Saved) -> Iterator[str]:
    """Yield what is wrong with a backup's files, by their digests."""
    for name, expected in saved.manifest["files"].items():
        file = saved.folder / name
        if not file.exists():
            yield f"{name} is missing"
        elif described(file) != expected:
            yield f"{name} is not what was written"
