"""Events about merges. They name two cases, and stay inside the installation."""

from shared.access import joined_cases

EVENTS = joined_cases.EVENTS
