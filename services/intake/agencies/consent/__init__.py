"""A person's consents, per agency, purpose, data category and time; and sharing without consent.

Sharing without consent needs a named reason, the decision of a second person, and notice to the person.
"""
