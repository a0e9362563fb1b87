"""Who records brief advice, and who reads it. Pure."""

from typing import Final

from services.legal.cases.case.rules import Access
from shared.access.permissions import Need

#: Workers who meet people before there is a case. Brief advice belongs to no case, so it needs no team.
ACCESS: Final[Access] = {
    "brief_advice.record": dict.fromkeys(("legal_adviser", "outreach_worker"), Need.ANY),
    "brief_advice.read": dict.fromkeys(("legal_adviser", "outreach_worker", "supervisor"), Need.ANY),
}
