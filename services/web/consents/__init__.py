"""The consents of a case, what each agency received, and the withdrawal of a consent in two steps."""
