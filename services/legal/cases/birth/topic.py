"""The reaction by which intake is asked for the birth again."""

from typing import Final

from services.legal.cases.birth import actions
from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__, reactions=actions.REACTIONS)
