"""An agency's stream: what it is told, at a position of its own, the same on every channel; asked again each time."""
