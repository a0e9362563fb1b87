"""Opening, reading, copying, closing and reopening a case: the topic that knows all others."""
