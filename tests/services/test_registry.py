"""The registry returns a service by name, and loads no other code than that service needs."""

import subprocess
import sys

import pytest

from deploy.cli.installation import CHECKOUT, SERVICES
from services.registry import UnknownService, events_of, migrations_of, parts_of

#: A migration loads only the place of the service's migrations: the other imports took a fifth of its time.
ASKED = """
import sys
from services.registry import migrations_of
migrations_of({service!r})
own = {{name for name in sys.modules if name.startswith("services.{service}.")}} - {{"services.{service}.migrations"}}
unneeded = own | {{"nameko", "eventlet", "marshmallow", "holidays"}} & sys.modules.keys()
sys.stdout.write(" ".join(sorted(unneeded)))
"""


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_migrated_is_what_runs(service: str) -> None:
    assert migrations_of(service) is parts_of(service)[0].migrations


@pytest.mark.parametrize("service", SERVICES)
def test_a_migration_loads_only_what_it_needs(service: str) -> None:
    asked = [sys.executable, "-c", ASKED.format(service=service)]
    environment = {"PATH": "/usr/bin:/bin", "PSYCOPG_WAIT_FUNC": "wait_selector"}
    done = subprocess.run(asked, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == ""


@pytest.mark.parametrize("asked", [parts_of, migrations_of, events_of])
def test_a_service_that_is_none_is_refused(asked: object) -> None:
    with pytest.raises(UnknownService):
        asked("nobody")  # type: ignore[operator]  # three functions with one form of argument
