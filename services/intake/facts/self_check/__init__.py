"""The public self-check: information without a verdict, and a return code."""
