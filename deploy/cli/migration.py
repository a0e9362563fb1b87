"""Migrates one service's database to this release's state: `python -m deploy.cli.migration SERVICE [--check]`.

One process per service: the services' models use the same table names and can't be imported together.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

from deploy.cli.errors import CommandRefused, reason_in
from deploy.cli.installation import SERVICES, Installation
from deploy.cli.stores import Stores


def migrate_all(installation: Installation, stores: Stores, *, check: bool = False) -> dict[str, list[str]]:
    """Migrate the databases of all services (only look, with `check`); return the pending migrations of each.

    A service's key database is migrated beside its own.
    """
    started = {name: _start(installation, stores, name, check=check) for name in SERVICES}
    return {name: _finish(name, process) for name, process in started.items()}


def _start(installation: Installation, stores: Stores, service: str, *, check: bool) -> "subprocess.Popen[str]":
    environment = {
        **installation.variables,
        "PYTHONPATH": str(installation.checkout),
        "PSYCOPG_WAIT_FUNC": "wait_selector",
        "CASEPATH_MIGRATED_URL": stores.database_url(service),
        "CASEPATH_MIGRATED_KEYS_URL": stores.keys_database_url(service),
    }
    command = [sys.executable, "-m", "deploy.cli.migration", service, *(["--check"] if check else [])]
    return subprocess.Popen(
        command, env=environment, cwd=installation.checkout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


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
    for migrations, url in (
        (parts_of(service)[0].migrations, variables["CASEPATH_MIGRATED_URL"]),
        (encryption.MIGRATIONS, variables["CASEPATH_MIGRATED_KEYS_URL"]),
    ):
        if not check:
            migration.migrate(migrations, url)
        pending += migration.pending_migrations(migrations, url)
    sys.stdout.write(json.dumps(pending) + "\n")


if __name__ == "__main__":
    _one(sys.argv[1], os.environ, check="--check" in sys.argv)
