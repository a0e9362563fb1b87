"""Keep the databases of the installation that runs here, as a release left them: see README.md beside this file."""

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from deploy.cli.installation import DATABASES, SERVICES, here
from deploy.cli.keys import ring_file
from deploy.cli.stores import stores_of
from tests.migrations.dumps import HERE, Dump, run
from tests.migrations.observing import observe

OPTIONS = ("--format=custom", "--compress=gzip:9", "--no-owner", "--no-privileges")


def keep(release: str, requests: Path) -> None:
    """Dump the databases into the release's folder, restore them once, and write down what holds of them."""
    installation, dump = here(), Dump(HERE / release)
    postgres = stores_of(installation).postgres
    assert postgres is not None, "an installation with a PostgreSQL of its own"
    rings = dump.folder / "fictitious-keys"
    rings.mkdir(parents=True, exist_ok=True)
    for database in DATABASES:
        run("pg_dump", postgres.owner_url(database), *OPTIONS, f"--file={dump.file(database)}")
    for source in (*(ring_file(installation.keys, name) for name in SERVICES), installation.keys / "key-set.json"):
        shutil.copyfile(source, rings / source.name)
    asked = json.loads(requests.read_text(encoding="utf-8"))
    restored = dump.restore(postgres)
    restored.migrate()  # it changes nothing, and grants the role that runs what the dump has left out
    facts = observe(restored, asked, datetime.now(UTC))
    written = json.dumps(facts, indent=1, ensure_ascii=False, sort_keys=True)
    dump.folder.joinpath("facts.json").write_text(f"{written}\n", encoding="utf-8")


if __name__ == "__main__":
    keep(sys.argv[1], Path(sys.argv[2]))
