"""An agency as a request names it, by its id or an authority's code, and the code that a reply shows beside the id."""

from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeAlias
from uuid import UUID

from marshmallow import ValidationError, fields, missing

from shared.access import agencies
from shared.events.contract import Code
from shared.events.kinds import NotListed
from shared.reference import codes

_LIST: Final = "authority"
#: How marshmallow reads a field of what is shown.
_Accessor: TypeAlias = Callable[[object, str, object], object]


class AgencyNamed(fields.Field[UUID]):
    """An agency of the register by its id, or an authority of the law by its code; read as the id.

    Whether the register has it is not known here.
    """

    #: What a document says of its form, as a regular expression.
    FORM: ClassVar[str] = r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Z]{2}\.[A-Z0-9_]+)$"

    def _serialize(self, value: UUID | None, *_where: object, **_options: object) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: object, *_where: object, **_options: object) -> UUID:
        try:
            return agencies.id_of(value if isinstance(value, str) else "")
        except agencies.UnknownAgency:
            listed = NotListed(_LIST, codes(_LIST), value)
            raise ValidationError([listed, "It is no id of the register either."]) from None


class AgencyCode(Code):
    """The code of the agency whose id stands beside it, in `of`, where the law names it by one; else null."""

    def __init__(self, *, of: str = "agency") -> None:
        """Read the id from the field `of` of whatever is shown."""
        super().__init__(codes(_LIST), allow_none=True)
        self._id_field = of

    def get_value(self, obj: object, _attr: str, accessor: _Accessor | None = None, default: object = missing) -> Any:
        """Return the id that stands beside it."""
        return super().get_value(obj, self._id_field, accessor, default)

    def _serialize(self, value: Any, *_where: object, **_options: object) -> str | None:
        return agencies.code_of(value)
