"""Lists and maps whose length is checked before what they hold: of one that is too long, nothing more is read."""

from collections.abc import Callable, Iterable
from typing import Any

from marshmallow import fields, validate


class BoundedList(fields.List[Any]):
    """A list of `least` to `most` entries."""

    def __init__(
        self,
        inner: fields.Field[Any] | type[fields.Field[Any]],
        most: int,
        *,
        least: int | None = None,
        checks: Iterable[Callable[[Any], Any]] = (),
        **options: Any,
    ) -> None:
        """Bound the length; `checks` are made of the whole list, once its entries have passed theirs."""
        self._length = validate.Length(least, most)
        super().__init__(inner, validate=[self._length, *checks], **options)

    def _deserialize(self, value: object, *where: Any, **options: object) -> list[Any]:
        if isinstance(value, list):
            self._length(value)
        return super()._deserialize(value, *where, **options)


class BoundedMap(fields.Dict):
    """An object of `least` to `most` names, each with what belongs to it."""

    def __init__(
        self, names: fields.Field[Any], values: fields.Field[Any], most: int, *, least: int | None = None
    ) -> None:
        """Bound the number of names."""
        self._length = validate.Length(least, most)
        super().__init__(keys=names, values=values, validate=self._length)

    def _deserialize(self, value: object, *where: object, **options: object) -> Any:
        if isinstance(value, dict):
            self._length(value)
        return super()._deserialize(value, *where, **options)  # type: ignore[no-untyped-call]  # the library's own gap
