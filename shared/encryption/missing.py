"""Reasons for a missing key of a case: destroyed (with a tombstone), or lost (without one)."""


class KeyDestroyed(Exception):
    """The case was erased: its key was destroyed, so its encrypted data cannot be decrypted."""

    status = 410
    title = "Erased"

    def __init__(self) -> None:
        """Build the message, the same for every use."""
        super().__init__("The data about this person was erased, so nothing can be added. Open a new case.")


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
            "The encryption key of this person's data is missing, so nothing was stored, and nothing was erased. "
            "Tell your operator, who can restore the key: ./casepath keys status."
        )
