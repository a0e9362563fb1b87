"""Words of pages: labels of published codes, dates in the reader's language, and the fixed texts of templates."""
