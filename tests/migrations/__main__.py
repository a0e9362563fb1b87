"""Create the databases, the unread queue and the backup of a release: `python -m tests.migrations X.Y.Z`.

It runs at the release's commit. README.md lists its results, and the reasons.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from deploy.cli.api import targets_of
from deploy.cli.installation import CHECKOUT, Installation
from deploy.cli.migrate import database_running
from deploy.cli.stores import stores_of
from tests.kit.installation import command, empty, wait_until_ready
from tests.kit.receivers import LOOPBACK, receiving
from tests.kit.waiting import wait_until
from tests.migrations.asking import Asking
from tests.migrations.dumps import HERE, Dump
from tests.migrations.filling import LAWS, Agency, Filling
from tests.migrations.keeping import keep
from tests.migrations.left_waiting import failing, hold_still, unread

JOURNEYS: Final = 12
#: The service that consumes no events in the end, and the one whose projection fails for two cases.
UNREAD, FAILING = "support", "legal"
_WEBHOOKS: Final = ("CASEPATH_WEBHOOK_NETWORKS", "CASEPATH_WEBHOOK_PORTS", "CASEPATH_WEBHOOK_PLAIN_HOSTS")
_SECONDS: Final = 60


@contextmanager
def up(installation: Installation) -> Iterator[None]:
    """Run an installation until the block ends."""
    process = command(installation, "up", "--no-journeys")
    try:
        wait_until_ready(installation, process)
        yield
    finally:
        process.terminate()
        process.wait()


def casepath(installation: Installation, *arguments: str) -> None:
    """Run a command of `./casepath`. Raises `subprocess.CalledProcessError`."""
    subprocess.run(["./casepath", *arguments], cwd=CHECKOUT, env=dict(installation.variables), check=True)


def fill(filling: Filling) -> tuple[list[Asking], list[Agency]]:
    """Create two agencies with streams, and a case under each law with every kind of record. End some of them."""
    agencies = [filling.agency("NL"), filling.agency("GB")]
    asked = []
    for law in LAWS:
        case = filling.open_case(law)
        for agency in agencies:
            filling.agree(case, agency)
        asked.append(filling.ask_every_route(case, law, agencies))
    withdrawn, joined, erased = (filling.open_case("RO") for _ in range(3))
    consent = filling.agree(withdrawn, agencies[0])
    filling.agree(erased, agencies[0])
    filling.time.settle()
    filling.exclude(withdrawn, agencies[1])
    filling.withdraw(withdrawn, consent)
    filling.merge(withdrawn, joined)
    filling.erase(erased)
    filling.ask_for_erasure(filling.open_case("NL"))
    filling.time.settle()
    return asked, agencies


def reads_of(filling: Filling, agencies: list[Agency]) -> list[dict[str, Any]]:
    """Return the responses that the agencies' operator reads about them."""
    paths = [
        path
        for agency in agencies
        for own in [f"/v1/agencies/{agency.id}"]
        for path in (own, f"{own}/agreements", f"{own}/webhooks", f"{own}/webhooks/{agency.webhook}/attempts")
    ]
    reader = {"service": "partners", "subject": filling.operator.subject, "roles": ["operator"]}
    return [{**reader, "path": path} for path in paths]


def leave_waiting(
    installation: Installation, filling: Filling, agency: Agency, dump: Dump, recipient: Path
) -> dict[str, Any]:
    """Hold a subject, park another, back everything up, and leave a queue unread; return a list of what waits."""
    held, parked, flowing = (filling.open_case("NL") for _ in range(3))
    stores = stores_of(installation)
    assert stores.rabbitmq is not None, "an installation with a broker of its own"
    with failing(stores, FAILING, "heard_facts", "case_id") as mistake:
        mistake.start(held, parked)
        for case in (held, parked):
            filling.record_fact(case)
        mistake.hurry(held, parked)
        mistake.stop()
    backup(installation, dump, recipient)
    hold_still(installation, UNREAD)
    filling.record_fact(flowing)
    filling.agree(flowing, agency)
    wait_until(lambda: filling.is_published("intake"), "all is published", _SECONDS)
    messages = unread(stores.rabbitmq.amqp_uri, f"{UNREAD}.inbox")
    assert len(messages) > 1, "too little waits"
    return {"held": held, "parked": parked, "by": FAILING, "queue": f"{UNREAD}.inbox", "messages": messages}


def backup(installation: Installation, dump: Dump, recipient: Path) -> None:
    """Back the installation up as its operator does."""
    places = [dump.folder / "backup" / kind for kind in ("data", "keys")]
    for place in places:
        place.mkdir(parents=True)
    casepath(installation, "backup", "--to", str(places[0]), "--keys-to", str(places[1]), "--recipient", str(recipient))


def make(release: str) -> None:
    """Create a release's folder."""
    dump = Dump(HERE / release)
    shutil.rmtree(dump.folder, ignore_errors=True)
    recipient = dump.make_recipient()
    different = {"CASEPATH_RATE_CODES": "off", **dict(zip(_WEBHOOKS, LOOPBACK, strict=True))}
    with empty(**different) as installation, receiving() as receiver:
        receiver.answer(500, b"Fictitious: out of order")
        with up(installation):
            casepath(installation, "journey", "--count", str(JOURNEYS), "--seed", "20")
            filling = Filling(targets_of(installation), receiver)
            asked, agencies = fill(filling)
            requests = [*(read for each in asked for read in each.reads()), *reads_of(filling, agencies)]
            streams = [{"agency": each.id, "key": each.key, "webhook": each.webhook} for each in agencies]
            waiting = leave_waiting(installation, filling, agencies[0], dump, recipient)
        with database_running(installation, stores_of(installation).postgres):
            keep(installation, dump, requests, {"streams": streams, "waiting": waiting})


if __name__ == "__main__":
    os.umask(0o022)
    make(sys.argv[1])
    sys.stdout.write(json.dumps({"made": sys.argv[1]}) + "\n")
