"""What waits in a matter, as it stands on the one work list: with whom it is for, and with nothing of the matter."""
