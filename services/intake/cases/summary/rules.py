"""The name of a person in one line for lists, and the reasons for not showing it. Pure."""

from collections.abc import Iterable
from typing import Final

from services.intake.facts.person.rules import StoredName

SHOWN, NOT_RECORDED, HIDDEN, NOT_READABLE = "shown", "not_recorded", "hidden", "not_readable"
#: The reasons why a list shows a name or none.
NAME_STATES: Final = (SHOWN, NOT_RECORDED, HIDDEN, NOT_READABLE)
#: Kinds of names that make up one line together, in this order; the other kinds are used only if there are none.
_OFFICIAL: Final = ("given", "family")
_OTHERWISE: Final = ("called_by", "other_spelling")


def one_line(names: Iterable[StoredName]) -> str | None:
    """Return the given and the family name in use, else what the person is called; None if no name is recorded."""
    in_use = [name for name in names if name["until"] is None]
    official = [name["name"] for kind in _OFFICIAL for name in in_use if name["kind"] == kind]
    if official:
        return " ".join(official)
    return next((name["name"] for kind in _OTHERWISE for name in in_use if name["kind"] == kind), None)
