"""The labels that a profile's file brings for its own codes, by language (section `[words.<language>]`)."""

from collections.abc import Iterator
from typing import Final

from shared.reference.errors import BrokenReference
from shared.reference.profile_files import ProfileFiles, words_in
from shared.reference.reading import Table

#: The key for the native speaker who has read the labels of a language, and the date.
READ_BY: Final = "read_by"


def read_words(file: Table) -> None:
    """Read the labels of a file, to refuse wrong ones. Raises `BrokenReference`."""
    if not file.has("words"):
        return
    words = file.table("words")
    for language in words.names():
        _labels(words.table(language))


def words_of(files: ProfileFiles, language: str) -> Iterator[tuple[str, str, str]]:
    """Iterate over the labels of one language in the mounted files: key, label, and who has read it.

    Raises `BrokenReference`.
    """
    for name, section in words_in(files, language):
        reader, labels = _labels(Table(section, f"{name}.words.{language}"))
        yield from ((key, label, reader) for key, label in labels.items())


def _labels(table: Table) -> tuple[str, dict[str, str]]:
    reader = table.text(READ_BY)
    labels = {key: table.text(key) for key in table.names()}
    for key in labels:
        if "/" not in key:
            raise BrokenReference(table.at(key), "must be a list and a code, such as clock_code/IE.WAGES")
    return reader, labels
