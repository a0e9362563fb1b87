"""The lists of names: a folder for each release with the names that it added, and `unreleased` with the later ones."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
UNRELEASED = "unreleased"
_SUMS = "SHA256SUMS"
Names = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Renamed:
    """An entry of `renamed.toml`: a released name that the code no longer has.

    `new` is empty if nothing replaces the name. `since` is the first release without it.
    """

    kind: str
    old: str
    new: str
    reason: str
    since: str


def renamed(path: Path = HERE / "renamed.toml") -> list[Renamed]:
    """Return the entries of the mapping. Raises `TypeError` for an entry with missing or unknown keys."""
    return [Renamed(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("renamed", [])]


def releases(folder: Path = HERE) -> list[Path]:
    """Return the folder of each release."""
    return sorted(sums.parent for sums in folder.glob(f"*/{_SUMS}"))


def read(folder: Path) -> dict[str, frozenset[str]]:
    """Return the names of a folder by their kind."""
    return {path.stem: frozenset(path.read_text(encoding="utf-8").splitlines()) for path in folder.glob("*.txt")}


def released(folder: Path = HERE) -> dict[str, frozenset[str]]:
    """Return every name that a release had, by its kind."""
    lists = [read(release) for release in releases(folder)]
    kinds = {kind for names in lists for kind in names}
    return {kind: frozenset().union(*(names.get(kind, frozenset()) for names in lists)) for kind in kinds}


def added(today: Names, before: Names) -> dict[str, frozenset[str]]:
    """Return the names that no release had."""
    return {kind: names - before.get(kind, frozenset()) for kind, names in today.items()}


def write(folder: Path, names: Names) -> list[str]:
    """Write a folder's lists, one name per line, sorted; a kind without names has no file. Return the changed files."""
    texts = {f"{kind}.txt": "".join(f"{name}\n" for name in sorted(each)) for kind, each in names.items() if each}
    folder.mkdir(exist_ok=True)
    changed = [path for path in folder.glob("*.txt") if path.name not in texts]
    for path in changed:
        path.unlink()
    for name, text in texts.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return sorted(path.name for path in changed)


def release(name: str, folder: Path = HERE) -> None:
    """Freeze the unreleased names as those of a release."""
    (folder / UNRELEASED).rename(folder / name)
    (folder / UNRELEASED).mkdir()
    (folder / name / _SUMS).write_text(sums(folder / name), encoding="ascii")


def sums(folder: Path) -> str:
    """Return the digest of each list of a folder, as `sha256sum *.txt` prints them."""
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.txt")}
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def changed_releases(folder: Path = HERE) -> list[str]:
    """Return the releases whose frozen lists have changed."""
    return [each.name for each in releases(folder) if (each / _SUMS).read_text(encoding="ascii") != sums(each)]


def breaches(today: Names, before: Names, mapping: Iterable[Renamed]) -> list[str]:
    """Return a sentence for each released name that is missing without an entry, and for each entry that is wrong."""
    mapping = list(mapping)
    mapped = {(entry.kind, entry.old) for entry in mapping}
    missing = {(kind, name) for kind, names in before.items() for name in names - today.get(kind, frozenset())}
    lost = [f"{kind}: {name!r} is missing. Restore it, or add it to renamed.toml." for kind, name in missing - mapped]
    return sorted(lost) + [sentence for entry in mapping for sentence in _wrong(entry, today, missing, mapped)]


def _wrong(entry: Renamed, today: Names, missing: set[tuple[str, str]], mapped: set[tuple[str, str]]) -> Iterator[str]:
    entry_name = f"renamed.toml, {entry.kind} {entry.old!r}"
    if (entry.kind, entry.old) not in missing:
        yield f"{entry_name}: the entry is stale. No release had this name, or the code still has it."
    if entry.new and entry.new not in today.get(entry.kind, frozenset()) and (entry.kind, entry.new) not in mapped:
        yield f"{entry_name}: the code does not have the new name {entry.new!r}."
    if not entry.reason or not entry.since:
        yield f"{entry_name}: the entry needs a reason and the release since which it applies."
