"""The facts of a case: events with their times, as far as known, and all earlier revisions."""
