"""A person's consents: per agency, purpose, data category and time."""
