"""Accounts that a person gave of what happened. They are counted, so that nobody asks twice without a reason."""
