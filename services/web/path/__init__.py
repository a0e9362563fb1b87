"""A case's path from detection to justice: its entries in four lanes, and where each is drawn. Pure."""
