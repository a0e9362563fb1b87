"""An agency's own names for everything that has an id: keyed, reversible by who has the key, and no one else's."""
