"""Support from the first contact on: urgent needs, services, assessments, plans and counselling.

Owns: urgent needs and services delivered, assessments of needs and risks with their scores, support plans, counselling
courses, and support's own copy of a case and its team. Does not own: the identification of a person (intake; never
checked here, since support does not depend on it), clocks (intake and legal), advice and remedies (legal), and a
person's identity.
"""
