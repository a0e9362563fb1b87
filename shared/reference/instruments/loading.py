"""Read instruments from their files, strictly: an error is refused with its line, before anyone uses the instrument."""

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from shared.reference import codes
from shared.reference.errors import BrokenReference
from shared.reference.instruments import checks
from shared.reference.instruments.forms import (
    BETTER,
    DECIMALS,
    METHODS,
    WORDINGS,
    Change,
    Instrument,
    Licence,
    Missing,
    RiskItem,
    Text,
    Total,
)
from shared.reference.instruments.grammar import NoTerm, Pattern, read_items, read_term
from shared.reference.instruments.lines import line_of
from shared.reference.reading import Table, origin

Result = TypeVar("Result")
FILES: Final = Path(__file__).parent / "files"
#: The folder with the instruments' texts, one file for each language.
WORDINGS_FOLDER: Final = "wordings"


def load_folder(folder: Path, *, ours: bool, others: Iterable[Instrument] = ()) -> list[Instrument]:
    """Read every instrument of a folder, and the available texts, also those of `others`. Return them all.

    `ours` is the folder of the repository, which can only contain texts that everyone is allowed to pass on. Raises
    `BrokenReference` with the file, the line and the reason.
    """
    instruments = {instrument.key: instrument for instrument in others}
    for path in sorted(folder.glob("*.toml")):
        if path.name == "chosen.toml":
            continue
        instrument = _at_line(path, _instrument)
        if instrument.key in instruments:
            raise BrokenReference(path.name, "is there already; a version is never edited, only followed by a new one")
        if f"{instrument.code}.{instrument.number}" != path.stem:
            raise BrokenReference(f"{path.name}:1", "must be named by its code and version: <code>.<version>.toml")
        instruments[instrument.key] = instrument
    for path in sorted((folder / WORDINGS_FOLDER).glob("*.toml")):
        _add_words(path, instruments, ours=ours)
    return list(instruments.values())


def chosen_changes(folder: Path, instruments: Collection[Instrument]) -> Mapping[str, str]:
    """Read the source by which an installation judges changes, for each instrument in its file.

    Raises `BrokenReference`.
    """
    path = folder / "chosen.toml"
    if not path.exists():
        return MappingProxyType({})

    def read(file: Table) -> Mapping[str, str]:
        table = file.table("change")
        chosen = {code: table.text(code) for code in table.names()}
        for code, source in chosen.items():
            if not any(source in instrument.changes for instrument in instruments if instrument.code == code):
                raise BrokenReference(table.at(code), f"names a source that no version of {code!r} has")
        _finish(file)
        return MappingProxyType(chosen)

    return _at_line(path, read)


def _at_line(path: Path, read: Callable[[Table], Result]) -> Result:
    """Read a file, and add the line to an error in it. Raises `BrokenReference`."""
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenReference(path.name, f"is no TOML file: {error}") from error
    try:
        return read(Table(content, ""))
    except BrokenReference as broken:
        place = broken.place.removeprefix(".")
        raise BrokenReference(f"{path.name}:{line_of(text, place)}: {place}", broken.problem) from broken


def _finish(table: Table) -> None:
    """Refuse an unknown key, with its line. Raises `BrokenReference`."""
    left = table.names()
    if left:
        raise BrokenReference(table.at(left[0]), "is an unknown key")


def _instrument(file: Table) -> Instrument:
    head, source = file.table("instrument"), file.table("source")
    url = source.text("url", default="")
    items = file.table("items")
    scale = _scale(items)
    instrument = Instrument(
        code=head.text("code"),
        number=head.text("version"),
        name=head.text("name"),
        about=head.choice("about", codes("measure_about").values),
        ages=_ages(head),
        licence=_licence(file.table("licence")),
        scale=scale,
        is_reversed=frozenset(items.numbers("reversed")) if items.has("reversed") else frozenset(),
        risks=tuple(_risk(table) for table in file.tables("risk")),
        total=_total(file.table("total"), scale) if file.has("total") else None,
        missing=_missing(file.table("missing")) if file.has("missing") else Missing.none(),
        bands=tuple(_band(table) for table in file.tables("bands")),
        cutoffs=_cutoffs(file),
        changes=_changes(file),
        patterns=tuple(_pattern(table) for table in file.tables("rules")),
        tested=frozenset(file.texts("tested", default=())),
        url=url,
        texts=MappingProxyType({}),
        **origin(source, "instruments"),
    )
    for table in (head, source, items, file):
        _finish(table)
    checks.check(instrument)
    return instrument


def _ages(head: Table) -> tuple[int, int]:
    youngest, oldest = (*head.numbers("ages"), 0, 0)[:2]
    if not 0 < youngest <= oldest:
        raise BrokenReference(head.at("ages"), "must be the youngest and the oldest age")
    return youngest, oldest


def _licence(table: Table) -> Licence:
    licence = Licence(id=table.text("id"), wording=table.choice("wording", WORDINGS), notice=table.text("notice"))
    _finish(table)
    checks.check_licence(table.at("wording"), licence)
    return licence


def _scale(items: Table) -> Mapping[int, tuple[int, ...]]:
    """Read the values of each item: the common ones, and the exceptions in `others`."""
    count, values = items.number("count"), items.numbers("values")
    scale = dict.fromkeys(range(1, count + 1), values)
    for other in items.tables("others"):
        item = other.number("item")
        if item not in scale:
            raise BrokenReference(other.at("item"), "is no item of this instrument")
        scale[item] = other.numbers("values")
        _finish(other)
    if count < 1 or not all(_rises(of_item) for of_item in scale.values()):
        raise BrokenReference(items.at("values"), "must be rising values, at least two")
    return MappingProxyType(scale)


def _rises(values: tuple[int, ...]) -> bool:
    return len(values) > 1 and list(values) == sorted(set(values))


def _risk(table: Table) -> RiskItem:
    risk = RiskItem(
        item=table.number("item"),
        least=table.number("from"),
        urgency=table.choice("urgency", codes("danger_urgency").values),
    )
    _finish(table)
    return risk


def _total(table: Table, scale: Mapping[int, tuple[int, ...]]) -> Total:
    items = _items(table, "of") if table.has("of") else tuple(scale)
    total = Total(
        method=table.choice("method", METHODS),
        times=table.number("times") if table.has("times") else 1,
        better=table.choice("better", BETTER),
        items=items,
    )
    _finish(table)
    return total


def _items(table: Table, key: str) -> tuple[int, ...]:
    try:
        return read_items(table.text(key))
    except NoTerm:
        raise BrokenReference(table.at(key), "must name items, such as 1,3,8-14, each once") from None


def _missing(table: Table) -> Missing:
    missing = Missing(
        most=table.number("most"),
        never=frozenset(table.numbers("never")) if table.has("never") else frozenset(),
        decimals=table.choice("decimals", DECIMALS),
    )
    _finish(table)
    return missing


def _band(table: Table) -> tuple[int, str]:
    band = table.number("from"), table.choice("code", codes("measure_band").values)
    _finish(table)
    return band


def _cutoffs(file: Table) -> Mapping[str, int]:
    cutoffs: dict[str, int] = {}
    for table in file.tables("cutoffs"):
        language = table.text("language")
        if language in cutoffs:
            raise BrokenReference(table.at("language"), "has two cut-offs")
        cutoffs[language] = table.number("at")
        _finish(table)
    return MappingProxyType(cutoffs)


def _changes(file: Table) -> Mapping[str, Change]:
    changes: dict[str, Change] = {}
    for table in file.tables("change"):
        change = Change(code=table.text("code"), reliable=table.number("reliable"), cite=table.text("cite"))
        if change.code in changes or change.reliable < 1:
            raise BrokenReference(table.at("code"), "is there twice, or calls any difference more than chance")
        changes[change.code] = change
        _finish(table)
    return MappingProxyType(changes)


def _pattern(table: Table) -> Pattern:
    code = table.choice("code", codes("measure_pattern").values)
    is_every = table.has("all")
    key = "all" if is_every else "any"
    try:
        terms = tuple(read_term(text) for text in table.texts(key))
    except NoTerm as error:
        message = f"{str(error)!r} is no term: any(…)>=n, count(…>=n)>=n, sum(…)>=n"
        raise BrokenReference(table.at(key), message) from None
    pattern = Pattern(code, terms, is_every, table.optional_text("unless"))
    _finish(table)
    return pattern


def _add_words(path: Path, instruments: dict[tuple[str, str], Instrument], *, ours: bool) -> None:
    """Add the texts of one language to their instrument. Raises `BrokenReference`."""
    code, number, language = (*path.stem.split("."), "", "")[:3]
    instrument = instruments.get((code, number))
    if instrument is None or not language:
        raise BrokenReference(f"{path.name}:1", "must be named <code>.<version>.<language>.toml, of a known instrument")
    checks.check_words_may_be(f"{path.name}:1", instrument.licence, ours=ours)
    text = _at_line(path, lambda file: _text(file, instrument, language))
    texts = MappingProxyType({**instrument.texts, language: text})
    instruments[instrument.key] = checks.with_texts(instrument, texts)


def _text(file: Table, instrument: Instrument, language: str) -> Text:
    text = Text(
        language=language,
        question=file.text("question"),
        items=file.texts("items"),
        answers=file.texts("answers"),
    )
    if len(text.items) != len(instrument.scale):
        raise BrokenReference(file.at("items"), f"must be {len(instrument.scale)}, one for each item")
    if len(text.answers) != len(instrument.scale[1]):
        raise BrokenReference(file.at("answers"), f"must be {len(instrument.scale[1])}, one for each value")
    _finish(file)
    return text
