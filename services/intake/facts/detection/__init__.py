"""Signs of exploitation, as seen on a day, the accounts that the person gave of what happened, and the self-check.

Accounts are counted, so that nobody asks twice without a reason. The self-check is public and about no case. Its
answers are never stored.
"""
