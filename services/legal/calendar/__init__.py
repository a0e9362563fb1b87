"""The calendar of an adviser, for a program that knows addresses alone: days, and nothing that identifies anybody."""
