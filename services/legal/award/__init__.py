"""Money of a remedy: what was awarded, by whom it is paid, and what of it has come. Exact inside, its state outside."""
