"""Help for a person from the first contact on: urgent needs, services, assessments, plans, counselling.

Owns: urgent needs and services delivered, needs and risk assessments with their scores, support plans, counselling
courses, and support's own copy of a case and its team. Does not own: whether a person was identified (intake; never
requested here, because help does not depend on it), clocks (intake and legal), advice and remedies (legal), and a
person's identity.
"""
