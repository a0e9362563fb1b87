"""The event stream of an agency: its subscription, and the gate that filters each event."""
