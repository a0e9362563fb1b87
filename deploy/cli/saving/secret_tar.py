"""The rings, signing keys and settings of an installation as one file, and put back where nothing is yet."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from deploy.cli.installation import PROVIDERS, Installation, write_private

NAME = "secrets.tar"
#: Of an installation that `up` runs, below its state folder; the passwords of private servers are simply others then.
_OF_UP = ("keys", "environment", PROVIDERS, "staff")
#: Of one in Docker, below the checkout.
_OF_DOCKER = (".env", "secrets")
_READABLE_INSIDE = 0o444


def files_of(installation: Installation, *, docker: bool) -> Iterator[tuple[str, Path]]:
    """Yield the files by their names in the archive."""
    top = installation.checkout if docker else installation.home
    for name in _OF_DOCKER if docker else _OF_UP:
        path = top / name
        files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
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
    top, kind = (installation.checkout, "docker") if docker else (installation.home, "up")
    written, kept = [], []
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive.getmembers():
            place = PurePosixPath(member.name)
            file = archive.extractfile(member)
            if place.parts[0] != kind or ".." in place.parts or file is None:
                continue
            target = top.joinpath(*place.parts[1:])
            if target.exists():
                kept.append(target.name)
                continue
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(target, file.read().decode())
            if docker and target.name != ".env":
                target.chmod(_READABLE_INSIDE)  # the folder is closed; inside, processes are several users
            written.append(target.name)
    return written, kept
