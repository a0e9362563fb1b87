"""Whether an agency receives events, and the obstacles: a summary for operators."""
