"""The official path: the decision to enter it, its steps, first responders and deadlines; corrections of facts.

Any fact of a case is corrected here, together with the record that states it.
"""
