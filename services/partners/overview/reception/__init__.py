"""Whether an agency receives anything, and what stands in the way: a summary for operators."""
