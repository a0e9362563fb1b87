"""Events about members of staff. Each service of the installation stores them; no agency receives them."""

from shared.access import staff

EVENTS = staff.EVENTS
