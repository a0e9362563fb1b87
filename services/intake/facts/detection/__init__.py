"""Signs of exploitation, as seen on a day, the accounts that the person gave, and the self-check.

Accounts are counted, so that no worker asks twice without a reason. The self-check is public and about no case. Its
answers are never stored.
"""
