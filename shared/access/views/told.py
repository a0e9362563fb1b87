"""The event by which agencies receive the records of a view, so that readers inside are decided by the same table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from shared.access.declarations import AnyField, declaration_of
from shared.access.permissions import CATEGORIES, Sight
from shared.events.audience import STAYS
from shared.events.outside import OutsideType, outside_type

#: Reads a value of a record by its name; None if it has none.
Take: TypeAlias = Callable[[str], Any]
#: The values of a record that decide, in addition to the code of the audience.
_DECIDING: Final = ("remedy", "challenge")


@dataclass(frozen=True)
class Told:
    """The event that announces the records of a view, of the service that stores them.

    `codes`: the record's field for a field of the event, if it has another name. `cuts`: a field of a record that the
    event contains has the event's data category. `is_record`: each row is one record; otherwise it is part of one, such
    as an earlier revision, and only its fields are cut.
    """

    service: str
    event: str
    version: int = 1
    cuts: bool = False
    is_record: bool = True

    def event_of(self, _take: Take) -> tuple[str, str, int]:
        """Return the service, name and version of the event that announces a record."""
        return self.service, self.event, self.version

    def sight(self, sight: Sight, take: Take) -> Sight | None:
        """Return what a reader sees of a record; None if they cannot know it."""
        if not self.is_record or sight.categories is None:
            return sight
        event_type = outside_type(*self.event_of(take))
        if event_type is None:
            return None
        names = {event_type.audience.by, *_DECIDING} - {None}
        return sight.of_record(event_type, {str(name): take(str(name)) for name in names})

    def category_of(self, name: str, field: AnyField, declared: str | None) -> str | None:
        """Return the data category of a record's field for readers of other agencies.

        The audience decides about the record, so a field that only has the category of its class needs no other one.
        """
        event_type = self._event_type if self.cuts else None
        told = event_type.fields.get(name) if event_type is not None else None
        if told is not None:
            return STAYS if told.stays else told.category
        field_class = declaration_of(field).field_class
        of_class = None if field_class is None else CATEGORIES[field_class]
        return None if declared == of_class and declared != STAYS else declared

    @property
    def _event_type(self) -> OutsideType | None:
        return outside_type(self.service, self.event, self.version)
