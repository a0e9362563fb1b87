"""The official path: the decision to enter it, its steps, first responders and deadlines."""
