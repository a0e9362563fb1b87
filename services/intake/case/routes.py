"""The address of a case, which the routes of all topics share."""

from typing import Final

#: The addresses of a case's parts begin with it.
CASE: Final = "/v1/cases/<uuid:case>"
