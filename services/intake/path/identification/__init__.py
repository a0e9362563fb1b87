"""The official path: the decision to enter it, its steps, first responders and deadlines; corrections of facts.

Also the duty to notify, with reports that do not identify a person. Any fact of a case is corrected here,
together with the record that states it.
"""
