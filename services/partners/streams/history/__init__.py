"""What was recorded of a person before an agency's ground began, and is still to be told to it."""
