"""Stores the databases of an installation as a release left them, and facts about their contents."""

import json
import shutil
from datetime import UTC, datetime
from typing import Any

from deploy.cli.installation import DATABASES, SERVICES, Installation
from deploy.cli.keys import ring_file
from deploy.cli.stores import stores_of
from tests.migrations.dumps import Dump, run
from tests.migrations.observing import empty_places, observe

OPTIONS = ("--format=custom", "--compress=gzip:9", "--no-owner", "--no-privileges")


def keep(installation: Installation, dump: Dump, requests: list[dict[str, Any]], left: dict[str, Any]) -> None:
    """Dump the databases into the release's folder, restore them once, and write down facts about them.

    `left`: the other data that was left there (`Dump.left`).
    """
    postgres = stores_of(installation).postgres
    assert postgres is not None, "an installation with a PostgreSQL of its own"
    dump.keys.mkdir(parents=True, exist_ok=True)
    for database in DATABASES:
        run("pg_dump", postgres.owner_url(database), *OPTIONS, f"--file={dump.file(database)}")
    for source in (*(ring_file(installation.keys, name) for name in SERVICES), installation.keys / "key-set.json"):
        shutil.copyfile(source, dump.keys / source.name)
    restored = dump.restore(postgres)
    restored.migrate()  # it changes no data, and grants the runtime role the rights that dumps omit
    assert not empty_places(restored), "sealed columns without a value"
    facts = observe(restored, requests, datetime.now(UTC), left["streams"])
    for name, content in (("facts", facts), ("left", left)):
        written = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
        dump.folder.joinpath(f"{name}.json").write_text(f"{written}\n", encoding="utf-8")
