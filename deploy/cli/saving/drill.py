"""Test a restore in a temporary installation on other ports, and remove it afterwards.

It gets no setting of the live installation except those that the restore needs. Therefore nobody can sign in there, no
agency can reach its broker, and it delivers nothing.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from deploy.cli.installation import NOTHING_DECLARED, USUAL_PORTS, Installation, here, port_variable
from deploy.cli.saving.places import Saved
from deploy.cli.saving.reach import THROW_AWAY
from deploy.cli.servers import free_ports
from deploy.cli.servers.private import PrivateServer
from deploy.cli.stores import stores_of

#: Of the caller's settings, what a restore needs; all others are the live installation's.
_PASSED_ON = ("CASEPATH_BACKUP_IDENTITY", "CASEPATH_LOG_LEVEL", "CASEPATH_PROFILES", "CASEPATH_STAFF_SUBJECT")


def run(
    installation: Installation,
    data: Saved,
    keys: Saved,
    identity: Path | None,
    say: Callable[[str], None],
    *,
    output: TextIO | None = None,
) -> int:
    """Restore, verify, remove; return the exit code of the restore. Its findings go to `output`, by default stdout."""
    folder = Path(tempfile.mkdtemp(prefix="casepath-drill-", dir=_beside(installation)))
    folder.chmod(0o711)  # as root, the private servers run as another user and have to pass
    variables = _variables(installation, folder / "state")
    there = here(variables)
    there.make_home()
    there.home.joinpath(THROW_AWAY).touch()
    command = [sys.executable, "-m", "deploy.cli", "restore", str(data.folder), "--keys", str(keys.folder), "--yes"]
    if identity is not None:
        command += ["--identity", str(identity)]
    say(f"Drill: restoring into {folder}, beside what runs here.")
    began = time.monotonic()
    try:
        code = subprocess.run(
            command, env=dict(variables), cwd=installation.checkout, stdout=output, check=False
        ).returncode
    finally:
        for server in _servers(there):
            server.wipe()
        shutil.rmtree(folder, ignore_errors=True)
    outcome = "came back whole" if code == 0 else "did not come back whole"
    say(f"Drill: the backup of {data.manifest['taken_at']} {outcome} in {time.monotonic() - began:.0f} s; removed.")
    return code


def _beside(installation: Installation) -> Path | None:
    """Return the folder that the throw-away one is made in: on the same disk as the live one, where it has one."""
    above = installation.home.parent
    return above if above.is_dir() else None


def _variables(installation: Installation, home: Path) -> Mapping[str, str]:
    ports = dict(zip(USUAL_PORTS, map(str, free_ports(len(USUAL_PORTS))), strict=True))
    passed_on = {
        name: value
        for name, value in installation.variables.items()
        if not name.startswith("CASEPATH_") or name in _PASSED_ON
    }
    return {
        **passed_on,
        **{port_variable(name): port for name, port in ports.items()},
        "CASEPATH_HOME": str(home),
        "CASEPATH_WEBHOOK_PORTS": "0",  # no address has it: nothing is posted
        "CASEPATH_PROVIDERS": NOTHING_DECLARED,
    }


def _servers(throw_away: Installation) -> list[PrivateServer]:
    stores = stores_of(throw_away)
    return [server for server in (stores.postgres, stores.rabbitmq) if server is not None]
