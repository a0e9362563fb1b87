"""The remedies of a case's jurisdiction, what was done about each, and which of them stand in each other's way."""
