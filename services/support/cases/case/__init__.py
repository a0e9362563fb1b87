"""Support's copy of intake's cases, and what all topics need of a case."""
