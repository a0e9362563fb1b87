"""Legal: advice, limitation clocks, compensation matters, and requests to look at a negative decision again.

It does not own the case, its team, detection or identification (intake), nor needs, plans or counselling (support); it
keeps its own copy of those by their events. What was advised never enters it: only that there was advice, on what
topics. Nothing here waits for a decision about the person, and nothing late is refused.
"""
