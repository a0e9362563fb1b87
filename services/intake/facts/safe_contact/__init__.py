"""Safe contact: how the person can be reached, contact attempts, alerts about dangers, and missing persons.

While support reports the person as missing, sharing and unsafe ways of contact are frozen.
"""
