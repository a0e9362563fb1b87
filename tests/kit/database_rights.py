"""Compare the rights of the runtime roles in docs/guides/operate/database-roles.md with those that a server grants.

`./casepath migrate --rights --json | python -m tests.kit.database_rights` compares both, wherever the server runs, and
exits 1 naming what differs. With Docker: `docker compose run --rm migrate --rights --json`.
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.cli.migration import Listed, ListedTable
from deploy.cli.servers.roles import owner_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "operate" / "database-roles.md"
EVERY_OTHER = "every other one"
_ROW = re.compile(r"\| (?P<tables>[^|]+) \| [^|]+ \| (?P<rights>select[^|]*) \|")
_NAME = re.compile(r"`(\w+)`")

Granted = frozenset[tuple[str, str | None]]


def on_page() -> dict[str, list[str]]:
    """Return the page's words for each table; those for all other tables are under `EVERY_OTHER`."""
    rows = [_ROW.fullmatch(line) for line in PAGE.read_text(encoding="utf-8").splitlines()]
    return {
        table: row["rights"].split(" · ")
        for row in rows
        if row is not None
        for table in _NAME.findall(row["tables"]) or [row["tables"]]
    }


def as_granted(words: list[str], columns: list[str]) -> Granted:
    """Translate the page's words for a table with these columns into the server's list of grants."""
    granted: set[tuple[str, str | None]] = set()
    for word in words:
        kind, names = word.partition(" ")[0].strip(",").upper(), _NAME.findall(word)
        if "but not" in word:
            granted |= {(kind, column) for column in columns if column not in names}
        else:
            granted |= {(kind, column) for column in names or [None]}
    return frozenset(granted)


def differences(listed: Mapping[str, Listed]) -> list[str]:
    """Return the differences between a server's grants and the page; empty if there are none."""
    page = on_page()
    found = []
    for database, shown in listed.items():
        for table, row in shown["tables"].items():
            words = page.get(table, page[EVERY_OTHER])
            if _rights_of(row) != as_granted(words, row["columns"]):
                found.append(f"{database}.{table}: {row['rights']} is granted, the page says {' · '.join(words)}")
            if row["owner"] != owner_of(shown["runs"]):
                found.append(f"{database}.{table}: owned by {row['owner']}")
    everywhere = {table for shown in listed.values() for table in shown["tables"]}
    return found + [f"{table}: on the page, and nowhere else" for table in page.keys() - everywhere - {EVERY_OTHER}]


def _rights_of(row: ListedTable) -> Granted:
    return frozenset((kind, column) for kind, column in row["rights"])


if __name__ == "__main__":
    differing = differences(json.load(sys.stdin))
    sys.stdout.write("".join(f"{line}\n" for line in differing) or "The server grants what the page says.\n")
    sys.exit(1 if differing else 0)
