"""Who can resolve an agency's pseudonyms."""

from typing import Final

from services.partners.streams.pseudonym import rules
from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__, access=rules.ACCESS)
