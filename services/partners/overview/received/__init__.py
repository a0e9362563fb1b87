"""The data that each agency received about a case, for the case's team."""
