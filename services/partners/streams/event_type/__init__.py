"""What agencies may come to hear of, to read: each type of event, its fields and codes, and the contract for tools."""
