"""The rings, signing keys and settings of an installation as one file, and put back where nothing is yet."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from deploy.cli.installation import BACKUP_RECORD, PROVIDERS, SERVICES, Installation, write_private
from deploy.cli.keys import ISSUERS
from deploy.cli.secret_files import ring_name

NAME = "secrets.tar"
#: Of an installation that `up` runs, below its state folder; the passwords of private servers are simply others then.
_OF_UP = ("keys", "environment", PROVIDERS, "staff")
#: Of one in Docker, below the checkout.
_OF_DOCKER = (".env", "secrets")
_READABLE_INSIDE = 0o444
_CLOSED, _OPEN_INSIDE = 0o700, 0o755


def files_of(installation: Installation, *, docker: bool) -> Iterator[tuple[str, Path]]:
    """Yield the files by their names in the archive."""
    top = installation.checkout if docker else installation.home
    for name in _OF_DOCKER if docker else _OF_UP:
        path = top / name
        below = [file for file in path.rglob("*") if file.is_file() and path / BACKUP_RECORD != file]
        files = sorted(below) if path.is_dir() else [path]
        for file in files:
            if file.exists():
                yield f"{'docker' if docker else 'up'}/{file.relative_to(top).as_posix()}", file


def packed(installation: Installation, *, docker: bool) -> bytes:
    """Return the archive."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name, file in files_of(installation, docker=docker):
            content = file.read_bytes()
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(content), int(file.stat().st_mtime), 0o600
            archive.addfile(member, io.BytesIO(content))
    return written.getvalue()


def put_back(installation: Installation, content: bytes, *, docker: bool) -> tuple[list[str], list[str]]:
    """Write the files that are lacking; returns their names, and those that were there and stay as they are."""
    written, stays = [], []
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member)
            target = _target(installation, PurePosixPath(member.name), docker=docker)
            if target is None or file is None:
                continue
            if target.exists():
                stays.append(target.name)
                continue
            _make_folder(target.parent, installation.checkout if docker else installation.home)
            write_private(target, _as_written(target, file.read().decode()))
            if docker and target.name != ".env":
                target.chmod(_READABLE_INSIDE)  # the folder is closed; inside, processes are several users
            written.append(target.name)
    return written, stays


def _make_folder(folder: Path, top: Path) -> None:
    """Make the folder of a file, with the modes that `init` gives: the one below the top is closed to others.

    Those inside it are mounted into containers, whose processes are other users.
    """
    for missing in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
        missing.mkdir(mode=_CLOSED if missing.parent == top else _OPEN_INSIDE)
        missing.chmod(_CLOSED if missing.parent == top else _OPEN_INSIDE)


def _target(installation: Installation, name: PurePosixPath, *, docker: bool) -> Path | None:
    """Return the path of a file of the archive; None if this installation does not use it.

    Secrets of Docker are also restored under `up`, as in a drill. In the other direction, `init` creates the rest.
    """
    kind, parts = name.parts[0], name.parts[1:]
    if ".." in parts or (docker and kind == "up"):
        return None
    if docker or kind == "up":
        return (installation.checkout if docker else installation.home).joinpath(*parts)
    place = _UNDER_UP.get("/".join(parts))
    return installation.home / place if place else None


_UNDER_UP = {
    ".env": "environment",
    "secrets/subject_key": "keys/subject-key",
    "secrets/public_secret": "keys/public-secret",
    f"secrets/{PROVIDERS}": PROVIDERS,
    **{f"secrets/{ring_name(name)}": f"keys/{name}-ring.json" for name in SERVICES},
    **{f"secrets/{name}_signing_key.json": f"keys/{name}.json" for name in ISSUERS},
    # With the former keys, which have signed in the audit.
    "secrets/key_set.json": "keys/key-set.json",
}


def _as_written(target: Path, text: str) -> str:
    """Return what a file holds here: of Docker's settings, what the installation is."""
    if target.name != "environment" or "=" not in text:
        return text
    settings = (line.partition("=") for line in text.splitlines())
    return next(f"{value}\n" for name, _, value in settings if name == "CASEPATH_ENVIRONMENT")
