"""The waiting list of an agency, without the cases, and how staff take or offer an item."""
