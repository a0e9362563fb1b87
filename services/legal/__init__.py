"""Legal: advice, limitation periods, compensation matters, and requests to reconsider a negative decision.

It does not own the case, its team, detection or identification (intake), nor needs, plans or counselling (support). It
keeps its own copy of them from their events. The content of advice is never stored, only that there was advice and its
topics. No action waits for a decision about the person, and no late action is refused.
"""
