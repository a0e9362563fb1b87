"""The facts of a case: what happened and when, as far as is known, with all earlier revisions."""
