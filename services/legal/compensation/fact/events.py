"""The events that carry legal's facts."""

from shared.deadlines import fact_events

EVENTS = fact_events.EVENTS
