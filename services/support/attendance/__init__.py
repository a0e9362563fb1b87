"""Sessions of counselling, by attendance alone: what was said stands in the counsellor's notes, and nowhere else."""
