"""Reasons for a missing key of a case: destroyed (with a tombstone), or lost (without one)."""


class KeyDestroyed(Exception):
    """The case was erased: its key was destroyed, so its encrypted data cannot be decrypted."""

    status = 410
    retryable = False
    title = "Erased"

    def __init__(self) -> None:
        """Build the message, the same for every use."""
        super().__init__("What was kept about this person was erased, and nothing can be added. Open a new case.")


class KeyLost(Exception):
    """The case has encrypted data, and its key is missing without a tombstone.

    For example, the key database was restored from an older backup. Once the key is restored, the data can be
    decrypted.
    """

    status = 503
    retryable = True
    title = "A key is missing"

    def __init__(self) -> None:
        """Build the message, the same for every use."""
        super().__init__(
            "The key of what is kept about this person is missing. Nothing was erased, and nothing was stored. Tell "
            "your operator, who brings the key back: ./casepath keys status."
        )
