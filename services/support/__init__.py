"""What helps a person from the first contact on: urgent needs, services, assessments, plans, counselling.

Owns: urgent needs and services delivered, needs and risk assessments with their scores, support plans, counselling
courses, and support's own copy of a case and its team. Does not own: whether a person was identified (intake; never
asked here, since help does not hang on it), clocks (intake and legal), advice and remedies (legal), and who someone is.
"""
