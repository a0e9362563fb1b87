"""Identification steps from intake, and their projection."""

from typing import Final

from services.legal.cases.identification import actions
from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__, projections=actions.PROJECTIONS)
