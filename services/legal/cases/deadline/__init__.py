"""Legal's deadlines: reading them, whether a day is late, and decisions that change one.

A child's limits need the month of birth. Legal requests it from intake and stores it encrypted. It is passed on to no
other service.
"""
