"""The facts of a case: what happened and when, as far as is known; each kept with what was recorded wrongly before."""
