"""What a person can demand of what is kept about them: erasure, a copy, and permits to hand something over.

    erasure/             data deleted, the key destroyed, whoever ordered it told
    copies               the person's copy, as JSON or as a page
    disclosure_permits   what may be handed over to the person, of which classes, until when

What a person's rights are, and the days that they take, is in docs/reference/rights.md.
"""

__all__ = ["copies", "disclosure_permits", "erasure"]
