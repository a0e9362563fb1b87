"""Mappings from our code lists to published standards, with notes where a standard is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from shared.reference.codelists import NOT_KNOWN, CodeList
from shared.reference.errors import BrokenReference
from shared.reference.leaf import Leaf
from shared.reference.reading import Table, origin, read

MAPPING_FILES: Final = Path(__file__).parent / "mappings"


@dataclass(frozen=True, kw_only=True)
class CodeMapping(Leaf):
    """A mapping from the codes of one list to those of another; None for a code without an equivalent."""

    name: str
    given: str
    wanted: str
    codes: Mapping[str, str | None]

    def of(self, code: str) -> str | None:
        """Return the other list's code; None for a silence, and for a code that the list does not have."""
        return self.codes.get(code)


def load_mappings(lists: Mapping[str, CodeList], folder: Path = MAPPING_FILES) -> Mapping[str, CodeMapping]:
    """Read every mapping of a folder. Raises BrokenReference with the file and the place."""
    mappings: dict[str, CodeMapping] = {}
    for path in sorted(folder.glob("*.toml")):
        content = read(path)
        for name in content.names():
            if name in mappings:
                raise BrokenReference(content.at(name), "is a mapping that another file has already")
            mappings[name] = _mapping(name, content.table(name), lists)
    return MappingProxyType(mappings)


def _mapping(name: str, table: Table, lists: Mapping[str, CodeList]) -> CodeMapping:
    source_list, target_list = (_list(table, key, lists) for key in ("from", "to"))
    same, without = table.flag("same", default=False), table.texts("without", default=())
    pairs = table.table("pairs")
    codes: dict[str, str | None] = {code: pairs.text(code) for code in pairs.names()}
    for code in without:
        if code in codes:
            raise BrokenReference(table.at("without"), f"names {code!r}, which has a pair")
        codes[code] = None
    own = [code for code in source_list if code not in NOT_KNOWN]
    for code in own:
        if same and code not in codes and code in target_list:
            codes[code] = code
    _whole(table, codes, own, target_list)
    mapping = CodeMapping(
        name=name,
        given=source_list.name,
        wanted=target_list.name,
        codes=MappingProxyType({code: codes[code] for code in own}),
        **origin(table, name),
    )
    table.finish()
    return mapping


def _whole(table: Table, codes: Mapping[str, str | None], own: list[str], target_list: CodeList) -> None:
    if missing := [code for code in own if code not in codes]:
        raise BrokenReference(table.at("pairs"), f"says nothing of {', '.join(missing)}")
    if strange := [code for code in codes if code not in own]:
        raise BrokenReference(table.at("pairs"), f"names {', '.join(strange)}, which the list has not")
    if unknown := [code for code in codes.values() if code is not None and code not in target_list]:
        raise BrokenReference(table.at("pairs"), f"leads to {', '.join(unknown)}, which does not exist")


def _list(table: Table, key: str, lists: Mapping[str, CodeList]) -> CodeList:
    name = table.text(key)
    if name not in lists:
        raise BrokenReference(table.at(key), f"refers to {name!r}, which does not exist")
    return lists[name]
