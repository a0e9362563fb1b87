"""Any fact of a case put right, by one route, and the record that states it with it."""
