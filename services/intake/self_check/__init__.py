"""The self-check, open to anybody: information without a verdict, and a return code."""
