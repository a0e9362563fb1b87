"""Migrates one service's database to this release's state: `python -m deploy.cli.migration SERVICE [--check]`.

One process per service: the services' models use the same table names and can't be imported together.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

import psycopg
from psycopg.conninfo import conninfo_to_dict

from deploy.cli.errors import CommandRefused, reason_in
from deploy.cli.installation import SERVICES, Installation
from deploy.cli.servers.roles import SUPERUSER, Login, Server, ensure
from deploy.cli.stores import Stores, key_database, role_in

USUAL_PORT = 5432


def migrate_all(installation: Installation, stores: Stores, *, check: bool = False) -> dict[str, list[str]]:
    """Migrate the databases of all services (only look, with `check`); return the pending migrations of each.

    A service's key database is migrated beside its own. Where the superusers of given servers are given too, their
    databases and roles are made first, or brought over from an older release.
    """
    if not check:
        _ensure_given(stores)
    started = {name: _start(installation, stores, name, check=check) for name in SERVICES}
    return {name: _finish(name, process) for name, process in started.items()}


def _start(installation: Installation, stores: Stores, service: str, *, check: bool) -> "subprocess.Popen[str]":
    environment = {
        **installation.variables,
        "PYTHONPATH": str(installation.checkout),
        "PSYCOPG_WAIT_FUNC": "wait_selector",
        **_logins("", stores, service),
        **_logins("KEYS_", stores, key_database(service)),
    }
    command = [sys.executable, "-m", "deploy.cli.migration", service, *(["--check"] if check else [])]
    return subprocess.Popen(
        command, env=environment, cwd=installation.checkout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _logins(kind: str, stores: Stores, database: str) -> dict[str, str]:
    return {
        f"CASEPATH_MIGRATED_{kind}URL": stores.owner_url(database),
        f"CASEPATH_MIGRATED_{kind}RUNNER": role_in(stores.database_url(database)),
    }


def _ensure_given(stores: Stores) -> None:
    for database, password in stores.superuser_passwords().items():
        runs, owns = (conninfo_to_dict(url) for url in (stores.database_url(database), stores.owner_url(database)))
        server = Server(str(owns["host"]), int(owns.get("port") or USUAL_PORT), SUPERUSER, password)
        logins = [Login(str(login["user"]), str(login["password"])) for login in (owns, runs)]
        try:
            ensure(server, str(owns["dbname"]), owner=logins[0], runner=logins[1])
        except psycopg.Error as error:
            raise CommandRefused(
                f"The roles of the database {owns['dbname']} could not be made.",
                why=type(error).__name__,
                next_step="see whether the server runs, and takes the password of its superuser from secrets/",
            ) from None


def _finish(service: str, process: "subprocess.Popen[str]") -> list[str]:
    output, complaint = process.communicate()
    if process.returncode:
        raise CommandRefused(
            f"The database of {service} could not be migrated.",
            why=reason_in(complaint),
            next_step="nothing of the failed migration was kept; put right what is named above and start again",
        )
    pending: list[str] = json.loads(output.strip().splitlines()[-1])
    return pending


def _one(service: str, variables: Mapping[str, str], *, check: bool) -> None:
    # Here, so that the command itself needs no SQLAlchemy to start.
    from services.registry import parts_of
    from shared import encryption
    from shared.store import migration

    pending: list[str] = []
    for migrations, kind in ((parts_of(service)[0].migrations, ""), (encryption.MIGRATIONS, "KEYS_")):
        url = variables[f"CASEPATH_MIGRATED_{kind}URL"]
        if not check:
            migration.migrate(migrations, url, runner=variables[f"CASEPATH_MIGRATED_{kind}RUNNER"])
        pending += migration.pending_migrations(migrations, url)
    sys.stdout.write(json.dumps(pending) + "\n")


if __name__ == "__main__":
    _one(sys.argv[1], os.environ, check="--check" in sys.argv)
