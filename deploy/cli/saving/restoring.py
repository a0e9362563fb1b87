"""A restore from its first check to its last: stop what runs, bring databases back, start, verify."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.cli import key_restore, running
from deploy.cli.compose import must
from deploy.cli.down import stop
from deploy.cli.environment_record import environment_name, record_environment
from deploy.cli.errors import CommandRefused, DatabaseTooOld
from deploy.cli.installation import CHECKOUT, SERVICES, Installation, write_private
from deploy.cli.keys import make_keys
from deploy.cli.migrate import database_running
from deploy.cli.migration import migrate_all
from deploy.cli.saving import secret_tar, touched
from deploy.cli.saving.bringing import Bringing
from deploy.cli.saving.places import Saved, damaged
from deploy.cli.saving.reach import Reach, reach_of
from deploy.cli.saving.seals import opening, try_to_open
from deploy.cli.saving.touched import Since
from deploy.cli.servers.baselines import too_old
from deploy.cli.settings import settings_written
from deploy.cli.staff import own_subject
from deploy.cli.stores import Stores, key_database, stores_of

Say = Callable[[str], None]
_MIGRATIONS = {
    **{name: (f"services/{name}/migrations", "shared/store/migrations/versions") for name in SERVICES},
    **{key_database(name): ("shared/encryption/migrations",) for name in SERVICES},
}


@dataclass(frozen=True)
class Restoring:
    """The parts to restore: the data of some services, their keys, or both."""

    installation: Installation
    services: tuple[str, ...]
    data: Saved | None
    keys: Saved | None
    identity: Path | None
    docker: bool
    say: Say

    def check(self) -> None:
        """Raise `CommandRefused` if the backup cannot be restored here. Nothing was stopped or changed yet."""
        for saved in filter(None, (self.data, self.keys)):
            wrong = list(damaged(saved))
            if wrong:
                raise CommandRefused(
                    f"The backup in {saved.folder} is damaged; nothing was changed.",
                    why="; ".join(wrong),
                    next_step="take another copy of it, or an older backup",
                )
            self._check_known(saved)
            self._check_environment(saved)
            smallest = min(saved.manifest["files"], key=lambda name: saved.manifest["files"][name]["bytes"])
            try_to_open(saved.folder / smallest, self.identity)

    def _check_known(self, saved: Saved) -> None:
        stands = {**saved.manifest["data"], **{key_database(name): at for name, at in saved.manifest["keys"].items()}}
        for database, stand in stands.items():
            older = too_old(stand["migrations"])
            if older:
                raise DatabaseTooOld(
                    f"The backup in {saved.folder} is too old for this release; nothing was changed.",
                    why=f"its database {database} is at {', '.join(older)}, which is older than 0.2.0",
                    first="restore the backup there, ",
                )
            unknown = [name for name in stand["migrations"] if name not in known_migrations(CHECKOUT, database)]
            if unknown:
                release = saved.manifest["release"]
                raise CommandRefused(
                    f"The backup is of a later release ({release}); nothing was changed.",
                    why=f"its database {database} has {', '.join(unknown)}, which this release does not know",
                    next_step=f"check out {release} or a later release, and restore with that",
                )

    def _check_environment(self, saved: Saved) -> None:
        if self.docker:
            here = settings_written(self.installation.checkout / ".env").get("CASEPATH_ENVIRONMENT")
        else:
            here = environment_name(self.installation) if self.installation.keys.exists() else None
        if here is not None and (here == "production") != (saved.manifest["environment"] == "production"):
            raise CommandRefused(
                f"The backup is of a {saved.manifest['environment']} installation, and this is one for {here}.",
                why="real and fictitious cases are never stored together; nothing was changed",
                next_step="restore it into an installation of its own: another checkout, or another CASEPATH_HOME",
            )

    def bring(self) -> list[Since]:
        """Stop the services, bring the databases back; returns what happened since, by service."""
        self._stop()
        self._put_secrets_back()
        stores = stores_of(self.installation)
        with self._stores_running(stores):
            reach = reach_of(self.installation, stores)
            bringing = Bringing(reach, self.identity, own_subject(self.installation))
            since = self._look(reach, self.data) if self.data else []
            for name in self.services:
                if self.keys:
                    self.say(f"{name}: its keys")
                    bringing.keys(key_database(name), self.keys)
                if self.data:
                    self.say(f"{name}: its data")
                    bringing.data(name, self.data)
            self._migrate(stores)
        self._from_archives()
        return since

    def _look(self, reach: Reach, saved: Saved) -> list[Since]:
        self.say("looking what was worked on since")
        return [touched.since(reach, name, saved.manifest["data"][name]) for name in self.services]

    def _stop(self) -> None:
        if self.docker:
            # Without settings, `docker compose` fails, and nothing runs: they come back with the secrets.
            if self.installation.checkout.joinpath(".env").exists():
                self.say("stopping the services")
                must(self.installation, "stop", *SERVICES)
        elif running.holder(self.installation) is not None:
            stop(self.installation)

    def _put_secrets_back(self) -> None:
        """Write the rings, keys and settings that are lacking here; those that are here stay."""
        if self.keys and self.keys.has(secret_tar.NAME):
            with opening(self.keys.file(secret_tar.NAME), self.identity) as opened:
                content = opened.stdout.read() if opened.stdout else b""
            if not self.docker:
                self.installation.make_home()
            written, _ = secret_tar.put_back(self.installation, content, docker=self.docker)
            if written:
                self.say(f"put back {len(written)} files of secrets that were lacking")
        if not self.docker:
            make_keys(self.installation.keys, record_environment(self.installation))

    @contextmanager
    def _stores_running(self, stores: Stores) -> Iterator[None]:
        if not self.docker:
            with database_running(self.installation, stores.postgres):
                yield
            return
        must(self.installation, "up", "--detach", "--wait", "postgres", "key-store")
        must(self.installation, "run", "--rm", "-T", "migrate")
        yield

    def _migrate(self, stores: Stores) -> None:
        self.say("migrating, and granting rights")
        if self.docker:
            must(self.installation, "run", "--rm", "-T", "migrate")
            return
        if stores.postgres:
            stores.postgres.complete_setup()  # objects of the runtime roles other than tables belong to them again
        migrate_all(self.installation, stores)

    def _from_archives(self) -> None:
        """Carry over the keys and erasures since the backup that an archive here has."""
        if not self.keys or self.docker:
            return
        for name in self.services:
            files = sorted(self.installation.home.joinpath("key-archive", name).glob("keys-*.jsonl"))
            if files:
                brought, erased = key_restore.bring_back(self.installation, name, files[-1])
                self.say(f"{name}: {brought:,} keys came from the archive; {erased:,} cases are erased")

    def keep(self, since: list[Since]) -> Path:
        """Write what happened since into a file that only its owner reads; returns its path."""
        folder = self.installation.home / "restores"
        self.installation.make_home()
        folder.mkdir(mode=0o700, exist_ok=True)
        backup = self.data.manifest["id"] if self.data else "none"
        file = folder / f"{backup}-since.json"
        document = [
            {"service": after.service, "known_from": after.source, "worked_on": after.worked} for after in since
        ]
        write_private(file, json.dumps({"backup": backup, "services": document}, indent=1))
        return file


def known_migrations(checkout: Path, database: str) -> set[str]:
    """Return the names of the migrations of a database that a release has, from its files."""
    return {file.stem for folder in _MIGRATIONS[database] for file in checkout.joinpath(folder).glob("*_[0-9]*.py")}
