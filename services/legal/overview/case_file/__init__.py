"""The legal file of a case: read it, copy it for the person, erase it, and show its timeline."""
