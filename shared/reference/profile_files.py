"""The files of profiles: those of the repository, and those of the folder that an installation mounts.

A file with the section `[jurisdiction]` is a profile. The other files are layers that profiles inherit (`parents`).
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from shared.reference.errors import BrokenReference

#: The setting that names the mounted folder. Code lists are built when modules are imported, before any settings are
#: read, so this variable is read here.
VARIABLE: Final = "CASEPATH_PROFILES"
SHIPPED: Final = Path(__file__).parent / "jurisdictions"
#: The section that makes a file a profile.
SECTION: Final = "jurisdiction"
#: The value of a place that the author of a profile still has to fill in.
UNFILLED: Final = "FILL_IN"
#: The order of a profile that states none.
_LAST: Final = 1_000


@dataclass(frozen=True)
class ProfileFiles:
    """The folders with profiles: the shipped one, and the mounted one if there is one."""

    shipped: Path = SHIPPED
    mounted: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Return all files, the shipped ones first."""
        return (*sorted(self.shipped.glob("*.toml")), *self.mounted_paths)

    @property
    def mounted_paths(self) -> tuple[Path, ...]:
        """Return the files of the mounted folder."""
        return () if self.mounted is None else tuple(sorted(self.mounted.glob("*.toml")))

    def find(self, code: str) -> Path:
        """Return the file of a layer. It may not exist; reading it then raises `BrokenReference`."""
        shipped = self.shipped / f"{code}.toml"
        if self.mounted is None or shipped.exists():
            return shipped
        return self.mounted / f"{code}.toml"

    def is_mounted(self, code: str) -> bool:
        """Return whether a layer is in the mounted folder."""
        return self.mounted is not None and self.find(code).parent == self.mounted

    def codes(self) -> tuple[str, ...]:
        """Return the codes of all profiles: shipped ones in their `order`, then mounted ones by code.

        A file that can't be read is skipped here. `check` reports it.
        """
        found = [(path, _section(path)) for path in self.paths]
        profiles = [(path, head) for path, head in found if head is not None]
        profiles.sort(key=lambda each: (each[0].parent != self.shipped, _order(each[1]), each[0].stem))
        return tuple(dict.fromkeys(path.stem for path, _ in profiles))

    # control: H-DEADLINE-12 complete-law-files
    def check(self) -> None:
        """Check that the mounted folder can be read, and that its files have names of their own and no open places.

        Raises `BrokenReference`.
        """
        if self.mounted is None:
            return
        if not self.mounted.is_dir():
            raise BrokenReference(VARIABLE, f"{self.mounted} is not a folder. Set it to the folder with your profiles")
        for path in self.mounted_paths:
            if (self.shipped / path.name).exists():
                raise BrokenReference(path.name, "has the name of a shipped file. Give your file another code")
            places = unfilled(path)
            if places:
                raise BrokenReference(path.name, f"is not complete. Fill in: {', '.join(places)}")


# control: H-DEADLINE-12 no-ignored-law-file
def check_reached(files: ProfileFiles, reached: set[str]) -> None:
    """Raise `BrokenReference` for a file that is no profile and that no profile inherits: its law would not apply."""
    for path in files.paths:
        if path.stem not in reached:
            raise BrokenReference(
                path.name,
                f"is used by no profile, so nothing in it applies. Add the section [{SECTION}], or name "
                f"{path.stem} in the `parents` of a profile, or move the file out of this folder",
            )


@cache
def installed() -> ProfileFiles:
    """Return the files of this process: those of the repository, and of the folder in CASEPATH_PROFILES."""
    folder = os.environ.get(VARIABLE, "")
    return ProfileFiles(mounted=Path(folder).absolute() if folder else None)


def unfilled(path: Path) -> list[str]:
    """Return the places of a file that its author still has to fill in, in the order of the file.

    Raises `BrokenReference` if the file is not TOML.
    """
    return list(_unfilled(_content(path), ""))


def words_in(files: ProfileFiles, language: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Iterate over the labels of one language in the mounted files: the name of the file, and the section."""
    for path in files.mounted_paths:
        of_language = _content(path).get("words", {}).get(language)
        if of_language is not None:
            yield path.name, of_language


def _content(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenReference(path.name, f"is no TOML file: {error}") from error


def _section(path: Path) -> Mapping[str, Any] | None:
    try:
        section = _content(path).get(SECTION)
    except BrokenReference:
        return None
    return section if isinstance(section, dict) else None


def _order(section: Mapping[str, Any]) -> int:
    order = section.get("order", _LAST)
    return order if isinstance(order, int) else _LAST


def _unfilled(value: object, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _unfilled(inner, f"{place}.{name}".removeprefix("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _unfilled(inner, f"{place}[{number}]")
    elif isinstance(value, str) and UNFILLED in value:
        yield place
