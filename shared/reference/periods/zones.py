"""The names of time zones that mean the same on every machine."""

from importlib.resources import files
from typing import Final

#: The names of the IANA database, links among them. A system also reads files as zones that mean what that system is
#: set to (`localtime`, `posixrules`); and `Factory` stands for a zone that nobody has set.
ZONES: Final = frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()) - {"Factory"}
