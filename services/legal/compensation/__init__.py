"""The way to compensation: remedies, the work towards them, awards, and facts from which periods follow."""
