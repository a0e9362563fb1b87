"""Write the names that no release had, and freeze them with `--release X.Y.Z`: see README.md."""

import os
import sys

# Before any import of psycopg: shared.store.database rejects its C wait function.
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_poll")

from tests.compat import lists
from tests.compat.collecting import collect


def main(arguments: list[str]) -> int:
    """Write the lists; return 1 if a released name is missing."""
    today, before = collect(), lists.released()
    for name in lists.write(lists.HERE / lists.UNRELEASED, lists.added(today, before)):
        sys.stdout.write(f"written: tests/compat/{lists.UNRELEASED}/{name}\n")
    breaches = lists.breaches(today, before, lists.renamed())
    sys.stderr.writelines(f"{sentence}\n" for sentence in breaches)
    match arguments:
        case ["--release", release] if not breaches:
            lists.release(release)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
