"""The correction of any fact of a case, together with the record that states it."""
