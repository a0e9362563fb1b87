"""What the routes of every topic share: the address of a case, and the reply to what was created."""

from typing import Final
from uuid import UUID

from shared.http import Created, Reply

#: The address of a case, before that of each of its parts.
CASE: Final = "/v1/cases/<uuid:case>"


def created(record: tuple[UUID, int] | Created) -> Reply:
    """Return the reply to what an action created: its id, the case's new version, and an earlier one like it."""
    alike = record.alike if isinstance(record, Created) else None
    return Reply(status=201, created=record[0], version=record[1], alike=alike)
