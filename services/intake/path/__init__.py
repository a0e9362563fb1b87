"""The way to identification: outreach, opening, notification, and the official path."""
