"""The rights of a person over their data: erasure, a copy, and permits to disclose records.

    erasure/             delete data, destroy the key, acknowledge to the service that ordered it
    copies               the person's copy, as JSON or as a page
    printing             the pages of a copy and of a letter
    disclosure_permits   which classes of records can be disclosed, to the person or to another, until when

docs/reference/rights.md lists a person's rights, and the time that each can take.
"""

__all__ = ["copies", "disclosure_permits", "erasure", "printing"]
