"""What a person is entitled to by law or practice, until when, and what comes next; recovery periods.

Intake keeps the clocks of recovery periods. Support continues after each of them.
"""
