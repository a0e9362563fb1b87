"""The path of a case, under which all topics have their paths."""

from typing import Final

CASE: Final = "/v1/cases/<uuid:case>"
