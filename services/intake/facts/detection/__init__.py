"""Signs of exploitation, as seen on a day, and the accounts that the person gave of what happened.

Accounts are counted, so that nobody asks twice without a reason.
"""
