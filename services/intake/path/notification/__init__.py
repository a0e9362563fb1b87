"""The duty to notify, with reports that do not identify a person."""
