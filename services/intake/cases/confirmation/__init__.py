"""The list of acts and proposals that wait for a second person, from all topics."""
