"""Restore keys from an archive in a separate process, as migrations: `python -m deploy.cli.key_restore FILE`."""

import json
import os
import subprocess
import sys
from pathlib import Path

from deploy.cli.errors import CommandRefused, reason_in
from deploy.cli.installation import Installation
from deploy.cli.migrate import database_running
from deploy.cli.stores import stores_of

URL = "CASEPATH_RESTORED_KEYS_URL"


def bring_back(installation: Installation, service: str, file: Path) -> tuple[int, int]:
    """Add the keys that a service's key database lacks; return how many were added, and how many cases are erased.

    Raises `CommandRefused` when the restore fails; the database is unchanged then.
    """
    stores = stores_of(installation)
    url = stores.keys_database_url(service)
    environment = {
        **installation.variables,
        "PYTHONPATH": str(installation.checkout),
        "PSYCOPG_WAIT_FUNC": "wait_selector",
        URL: url,
    }
    command = [sys.executable, "-m", "deploy.cli.key_restore", str(file.absolute())]
    is_given = installation.is_set(f"CASEPATH_{service.upper()}_KEYS_DATABASE_URL")
    with database_running(installation, None if is_given else stores.postgres):
        done = subprocess.run(
            command, env=environment, cwd=installation.checkout, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise CommandRefused(
            f"The keys of {service} could not be brought back; the database is as it was.",
            why=reason_in(done.stderr),
            next_step="an empty database first needs ./casepath migrate",
        )
    brought, erased = json.loads(done.stdout)
    return int(brought), int(erased)


def _main(file: str) -> None:
    from shared.encryption.archive import restore
    from shared.store import database  # here, so that the command itself needs no SQLAlchemy to start

    engine = database.engine_for(os.environ[URL])
    sys.stdout.write(json.dumps(restore(engine, Path(file))) + "\n")


if __name__ == "__main__":
    _main(sys.argv[1])
