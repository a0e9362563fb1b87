"""What the routes of every topic share: the address of a case."""

from typing import Final

#: The address of a case, before that of each of its parts.
CASE: Final = "/v1/cases/<uuid:case>"
