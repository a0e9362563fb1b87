"""The names of time zones that mean the same on every machine."""

from importlib.resources import files
from typing import Final

#: The names of the IANA database, including links. A system also offers files as zones that depend on its settings
#: (`localtime`, `posixrules`), and `Factory` for an unset zone. These are not accepted.
ZONES: Final = frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()) - {"Factory"}
