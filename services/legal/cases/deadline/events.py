"""The events about legal's clocks."""

from shared import deadlines

EVENTS = deadlines.EVENTS
