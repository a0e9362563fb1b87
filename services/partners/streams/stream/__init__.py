"""An agency's stream: its events in order, the same on every channel, decided again on each read."""
