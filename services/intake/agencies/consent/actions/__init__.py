"""Actions about consents, refusals, withdrawals and answers: load, decide, store, announce. None commits."""
