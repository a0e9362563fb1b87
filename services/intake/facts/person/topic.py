"""The events about the person, and the timer of safe contact."""

from typing import Final

from services.intake.facts.person import actions, events, hooks
from shared.runtime.topics import Topic

TOPIC: Final = Topic(__name__, events=events.EVENTS, timers=actions.ON_TIMER, hooks=(hooks.AGE_CHANGED,))
