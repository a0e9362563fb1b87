"""Both versions of a record that another person changed meanwhile. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.web.forms.fields import Field
from services.web.forms.reading import Typed, changed


@dataclass(frozen=True)
class Difference:
    """A field whose recorded value differs from the one that the person typed."""

    field: Field
    recorded: Typed
    typed: Typed


def differences(fields: tuple[Field, ...], recorded: Typed, typed: Typed) -> list[Difference]:
    """Return the fields in which both versions differ, in the order of the form."""
    return [Difference(each, recorded, typed) for each in changed(fields, typed, recorded)]


def rebased(fields: tuple[Field, ...], shown: Typed, recorded: Typed, typed: Typed) -> Typed:
    """Return the form with the person's own changes applied to the new version.

    Unchanged fields take the value that is recorded now. Saving again therefore does not undo another person's changes
    in other fields.
    """
    own = changed(fields, typed, shown)
    others = tuple(each for each in fields if each not in own)
    return {**_only(others, recorded), **_only(own, typed)}


def _only(fields: Iterable[Field], typed: Typed) -> Typed:
    names = tuple(each.name for each in fields)
    return {name: texts for name, texts in typed.items() if name.partition(".")[0] in names}
