"""The plan of an upgrade to this checkout's release: notes, migrations, and whether services must stop."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.cli.installation import CHECKOUT
from deploy.cli.migration_forms import Read, read

_MIGRATIONS = (
    *("services/*/migrations", "services/web/session/migrations"),
    *("shared/store/migrations/versions", "shared/encryption/migrations"),
)
_SECTION = re.compile(r"^## (?P<name>[^\n]+)\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
UNRELEASED = "Unreleased"


@dataclass(frozen=True)
class Notes:
    """The metadata of a release."""

    release: str
    text: str


@dataclass(frozen=True)
class Course:
    """The steps, in order."""

    serving: str | None
    to: str
    notes: list[Notes]
    pending: Mapping[str, list[Read]]

    @property
    def stops(self) -> list[str]:
        """Why the services stop before the migrations run; none where these run while the older release serves."""
        return [
            f"{migration.name} {why}"
            for migrations in self.pending.values()
            for migration in migrations
            for why in _against(migration, self.serving)
        ]


def course(serving: str | None, to: str, pending: Mapping[str, list[str]], checkout: Path = CHECKOUT) -> Course:
    """Return the plan of an upgrade from the release that serves, if one does, over migrations that are pending."""
    files = {file.stem: file for folder in _MIGRATIONS for file in checkout.glob(f"{folder}/*_[0-9]*.py")}
    written = checkout.joinpath("CHANGELOG.md").read_text(encoding="utf-8")
    migrations = {service: [read(files[name]) for name in names] for service, names in pending.items() if names}
    return Course(serving, to, list(_notes(written, serving, to)), migrations)


def _against(migration: Read, serving: str | None) -> Iterable[str]:
    """Return what in a migration the release that serves would not survive."""
    if serving is None or not migration.unsafe:
        return []
    if migration.contracts is None:
        return [migration.unsafe[0].why]
    if order(serving) >= order(migration.contracts):
        return []
    return [f"{migration.unsafe[0].why}, which {serving} still needs (releases from {migration.contracts} do not)"]


def _notes(written: str, serving: str | None, to: str) -> Iterable[Notes]:
    """Return the notes of the releases after the one that serves, up to the one that is to, oldest first."""
    sections = [(match["name"].split(" - ")[0].strip(), match["text"].strip()) for match in _SECTION.finditer(written)]
    after = order(serving) if serving else ()
    for release, text in reversed(sections):
        if release == UNRELEASED or after < order(release) <= order(to):
            yield Notes(release, text)


def order(release: str) -> tuple[int, ...]:
    """Return a release's number for comparison, without a suffix (`.next`)."""
    return tuple(int(part) for part in re.findall(r"\d+", release)[:3])
