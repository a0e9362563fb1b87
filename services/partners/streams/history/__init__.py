"""Events that were recorded before an agency's ground began and are still to be delivered to it."""
