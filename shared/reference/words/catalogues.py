"""Catalogues of texts: gettext files, one for each language, read once by Babel."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from gettext import c2py
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from babel.messages import Message
from babel.messages.pofile import PoFileError, read_po

from shared.reference.errors import BrokenReference
from shared.reference.profile_files import installed
from shared.reference.profile_words import words_of

Kind = Literal["codes", "problems", "public", "paper", "fields"]
HERE: Final = Path(__file__).parent
ENGLISH: Final = "en"
#: The languages that have catalogues, in the order in which they are offered.
LANGUAGES: Final = (ENGLISH, "nl", "ro")
#: The languages of the public site (kind `public`) and of the paper for the person (`paper`), in the order in which
#: they are offered.
PUBLIC_LANGUAGES: Final = (
    ENGLISH,
    "ro",
    "nl",
    "pl",
    "bg",
    "lt",
    "lv",
    "hu",
    "cs",
    "sk",
    "ru",
    "uk",
    "sq",
    "vi",
    "ar",
    "es",
)
NOBODY: Final = "nobody"
_READER = re.compile(r'^"X-Native-Reader: (?P<reader>[^"\\]+)\\n"$', re.MULTILINE)
#: A comment above a text whose reader differs from that of the file.
_OWN_READER = re.compile(r"^Native reader: (?P<reader>.+)$")
_MESSAGE = re.compile(r"^msgid ", re.MULTILINE)


@dataclass(frozen=True)
class Catalogue:
    """The texts of one language, by the key of a code or by the English sentence of a problem."""

    language: str
    reader: str
    texts: Mapping[str, str]
    #: Texts with a form for each group of numbers, by the English singular.
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Returns which of these forms belongs to a number.
    form_of: Callable[[int], int] = int
    #: The reader of each text, and the date, if it differs from the reader of the file.
    own_readers: Mapping[str, str] = field(default_factory=dict)

    def reader_of(self, key: str) -> str:
        """Return which native speaker has read a text, and when."""
        return self.own_readers.get(key, self.reader)

    # control: H-PUBLIC-3 changed-text-is-unread
    @property
    def is_read(self) -> bool:
        """Return whether native speakers have read every text. The public does not get unread texts."""
        keys = [*self.texts, *self.plurals]
        return all(self.reader_of(key) != NOBODY for key in keys) if keys else self.reader != NOBODY

    @property
    def readers(self) -> str:
        """Return the readers of all texts, each once."""
        return "; ".join(sorted({self.reader_of(key) for key in (*self.texts, *self.plurals)})) or self.reader


@cache
def catalogue(kind: Kind, language: str) -> Catalogue:
    """Return a catalogue. Raises `BrokenReference`, also for a language that has none."""
    languages = PUBLIC_LANGUAGES if kind in ("public", "paper") else LANGUAGES
    if language not in languages:
        raise BrokenReference(f"{kind}/{language}.po", "is no catalogue; there are " + ", ".join(languages))
    found = read_catalogue(HERE / kind / f"{language}.po")
    return _with_profiles(found) if kind == "codes" else found


def _with_profiles(found: Catalogue) -> Catalogue:
    """Add the labels that mounted profiles bring for their own codes. They replace no label of the catalogue."""
    added = [each for each in words_of(installed(), found.language) if each[0] not in found.texts]
    if not added:
        return found
    texts = {**found.texts, **{key: label for key, label, _ in added}}
    readers = {**found.own_readers, **{key: reader for key, _, reader in added}}
    return replace(found, texts=MappingProxyType(texts), own_readers=MappingProxyType(readers))


def read_catalogue(path: Path) -> Catalogue:
    """Read a file. Raises `BrokenReference` for one that is missing, not gettext, or does not name its reader."""
    place = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
        with path.open("rb") as file:
            found = read_po(file, locale=path.stem, abort_invalid=True)
    except (OSError, UnicodeDecodeError, PoFileError) as error:
        raise BrokenReference(place, f"can't be read: {error}") from error
    reader = _READER.search(text)
    if reader is None:
        raise BrokenReference(place, "does not say who has read it: X-Native-Reader is missing")
    if len(_MESSAGE.findall(text)) != len(found) + len(["the header"]):
        raise BrokenReference(place, "has one msgid twice")
    texts = {str(each.id): str(each.string) for each in found if each.id and each.string and not each.pluralizable}
    plurals = {each.id[0]: tuple(each.string or ()) for each in found if each.pluralizable and all(each.string or ())}
    return Catalogue(
        path.stem,
        reader["reader"].strip(),
        MappingProxyType(texts),
        MappingProxyType(plurals),
        c2py(found.plural_expr),
        MappingProxyType(dict(_own_readers(found))),
    )


def _own_readers(found: Iterable[Message]) -> Iterator[tuple[str, str]]:
    """Yield the texts with their own reader: a comment names one, and a fuzzy text has none.

    Translation tools mark a text as fuzzy when its English text changes.
    """
    for each in found:
        if not each.id:
            continue
        key = each.id[0] if each.pluralizable else str(each.id)
        named = [match["reader"].strip() for match in map(_OWN_READER.match, each.user_comments) if match]
        if each.fuzzy or named:
            yield key, NOBODY if each.fuzzy else named[-1]
