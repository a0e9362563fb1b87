"""A matter's file: its type and stage, who works on it, key dates and documents. Only its own team knows that it is."""
