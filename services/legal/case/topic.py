"""The address of a case, below which every topic has its own."""

from typing import Final

CASE: Final = "/v1/cases/<uuid:case>"
