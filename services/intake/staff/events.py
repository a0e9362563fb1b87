"""Events about the members of staff, which every service of the installation keeps, and no door passes on."""

from shared.access import staff

EVENTS = staff.EVENTS
