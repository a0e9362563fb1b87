"""A case's path from detection to justice: its entries in four lanes, and their positions in the drawing. Pure."""
