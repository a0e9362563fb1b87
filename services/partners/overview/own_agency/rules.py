"""The scopes of keys that read the agency's own affairs. Pure."""

from collections.abc import Mapping
from typing import Final

from services.partners.agencies.key.rules import ROLES
from shared.access.permissions import Need

#: Each key of an agency reads them: they contain nothing about any person's case.
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {"agency.own_affairs": dict.fromkeys(ROLES.values(), Need.ANY)}
