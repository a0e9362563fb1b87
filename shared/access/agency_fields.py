"""Fields for agencies: an id or an authority's code in a request, and the code next to the id in a reply."""

from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeAlias
from uuid import UUID

from marshmallow import ValidationError, fields, missing

from shared.access import agencies
from shared.events.contract import Code
from shared.events.kinds import NotListed
from shared.reference import codes

_LIST: Final = "authority"
#: How marshmallow reads a field of the source object.
_Accessor: TypeAlias = Callable[[object, str, object], object]


class AgencyNamed(fields.Field[UUID]):
    """An agency's id, or the code of an authority of the law; deserialised as the id.

    The field does not check whether the register contains the agency.
    """

    #: The format as a regular expression, for the API documents.
    FORM: ClassVar[str] = r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Z]{2}\.[A-Z0-9_]+)$"

    def _serialize(self, value: UUID | None, *_where: object, **_options: object) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: object, *_where: object, **_options: object) -> UUID:
        try:
            return agencies.id_of(value if isinstance(value, str) else "")
        except agencies.UnknownAgency:
            listed = NotListed(_LIST, codes(_LIST), value)
            raise ValidationError([listed, "It is not an id in the register either."]) from None


class AgencyCode(Code):
    """The legal code of the agency whose id is in the field `of`; null if it has none."""

    def __init__(self, *, of: str = "agency") -> None:
        """Read the id from the field `of` of the source object."""
        super().__init__(codes(_LIST), allow_none=True)
        self._id_field = of

    def get_value(self, obj: object, _attr: str, accessor: _Accessor | None = None, default: object = missing) -> Any:
        """Return the id from the field `of`."""
        return super().get_value(obj, self._id_field, accessor, default)

    def _serialize(self, value: Any, *_where: object, **_options: object) -> str | None:
        return agencies.code_of(value)
