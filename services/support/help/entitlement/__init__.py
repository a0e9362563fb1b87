"""A person's entitlements by law or practice, their ends and successors; recovery periods.

Intake keeps the clocks of recovery periods. Support continues after each of them.
"""
