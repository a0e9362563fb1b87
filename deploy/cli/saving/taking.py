"""Backs up while everything serves: all databases at one moment, each sealed on its way to the disk."""

import contextlib
import io
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.cli.environment_record import environment_in_force
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES, Installation
from deploy.cli.keys import ring_file
from deploy.cli.rings import docker_ring
from deploy.cli.saving import places, secret_tar
from deploy.cli.saving.cut import Cut, one_moment
from deploy.cli.saving.places import Manifest, Saved
from deploy.cli.saving.reach import Reach, reason_of, runs_in_docker
from deploy.cli.saving.seals import Seal
from deploy.cli.stores import key_database
from shared.sealing.ring import BLIND

#: A migration holds tables for itself for seconds at most; a dump that meets one waits for so long.
LOCK_WAIT = "--lock-wait-timeout=30s"
#: Shadow tables of a rebuild are not saved; the runtime role's own tables are not part of the service.
_OPTIONS = ("--format=custom", LOCK_WAIT, "--exclude-table=rebuild.*", "--no-privileges")
_CHUNK = 256 * 1024
#: A callback for each database: its name, and the encrypted bytes since the last call.
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Taking:
    """One backup: of what, for whom, and where to."""

    installation: Installation
    reach: Reach
    seal: Seal
    to: Path
    keys_to: Path

    def take(self, now: datetime, progress: Progress) -> tuple[Saved, Saved]:
        """Back up; returns its data and its keys. Raises `CommandRefused`; nothing half-made is left then."""
        places.check_apart(self.to, self.keys_to)
        self.seal.try_out()
        backup = places.new_id(now)
        runs = "docker" if runs_in_docker(self.installation) else "up"
        manifest = places.new_manifest(backup, now, environment_in_force(self.installation), runs)
        folders = [
            places.begin(self.to, f"{places.DATA}{backup}"),
            places.begin(self.keys_to, f"{places.KEYS}{backup}"),
        ]
        try:
            with one_moment(self.reach) as cut:
                _describe(manifest, cut, self.installation)
                data = self._dump(cut, SERVICES, folders[0], progress)
                keys = self._dump(cut, map(key_database, SERVICES), folders[1], progress)
            keys.append(self._seal_secrets(folders[1]))
            whole = [
                places.finish(folder, {**manifest, "files": {file.name: places.described(file) for file in files}})
                for folder, files in zip(folders, (data, keys), strict=True)
            ]
        except BaseException:
            for folder in folders:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        return places.saved_at(whole[0]), places.saved_at(whole[1])

    def _dump(self, cut: Cut, databases: Iterable[str], folder: Path, progress: Progress) -> list[Path]:
        return [self._dump_one(name, cut.snapshots[name], folder, progress) for name in databases]

    def _dump_one(self, database: str, snapshot: str, folder: Path, progress: Progress) -> Path:
        file = folder / f"{database}.dump{self.seal.suffix}"
        call = self.reach.call("pg_dump", database, f"--snapshot={snapshot}", *_OPTIONS)
        with tempfile.TemporaryFile() as complaint:
            with subprocess.Popen(
                call.command,
                env=dict(call.environment),
                stdout=subprocess.PIPE,
                stderr=complaint,
                stdin=subprocess.DEVNULL,
            ) as dump:
                try:
                    self._seal_into(file, dump, lambda count: progress(database, count))
                except BaseException:
                    dump.kill()
                    raise
                # control: H-OPERATION-1 dump-may-exit-late
                # At the end of its output it is still closing its session: the block's end waits for its exit code.
            complaint.seek(0)
            words = complaint.read().decode(errors="replace")
        if dump.returncode:
            raise CommandRefused(
                f"The database {database} could not be dumped; no backup was made.",
                why=reason_of(words),
                next_step="a migration may lock its tables: try again after it"
                if "lock timeout" in words
                else "check that its server runs: ./casepath doctor",
            )
        return file

    def _seal_into(self, file: Path, dump: "subprocess.Popen[bytes]", count: Callable[[int], None]) -> None:
        with self.seal.command() as command, file.open("xb") as stored, tempfile.TemporaryFile() as complaint:
            file.chmod(0o600)
            with (
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=stored, stderr=complaint) as sealing,
                contextlib.suppress(BrokenPipeError),  # its output states the reason
                sealing.stdin or io.BytesIO() as taken,
            ):
                while dump.stdout and (chunk := dump.stdout.read(_CHUNK)):
                    taken.write(chunk)
                    count(len(chunk))
            if sealing.returncode:
                complaint.seek(0)
                raise CommandRefused(
                    f"{file.name} could not be sealed; no backup was made.",
                    why=complaint.read().decode(errors="replace").strip(),
                    next_step="check the free space of the disk",
                )

    def _seal_secrets(self, folder: Path) -> Path:
        file = folder / f"{secret_tar.NAME}{self.seal.suffix}"
        content = secret_tar.packed(self.installation, docker=runs_in_docker(self.installation))
        with self.seal.command() as command, file.open("xb") as stored:
            file.chmod(0o600)
            subprocess.run(command, input=content, stdout=stored, check=True)
        return file


def _describe(manifest: Manifest, cut: Cut, installation: Installation) -> None:
    manifest["is_consistent"] = cut.is_consistent
    manifest["data"], manifest["keys"] = cut.data, cut.keys
    manifest["ring_keys"] = {name: _ring_keys(installation, name) for name in SERVICES}


def _ring_keys(installation: Installation, service: str) -> list[str]:
    """Return the names of the keys in a service's ring, as far as it is held here."""
    files = (docker_ring(installation.checkout, service), ring_file(installation.keys, service))
    file = next((ring for ring in files[:: 1 if runs_in_docker(installation) else -1] if ring.exists()), None)
    return [] if file is None else sorted(json.loads(file.read_text(encoding="utf-8"))["keys"].keys() - {BLIND})
