"""Words of pages: codes by the published lists, dates in the reader's language, and the fixed texts of templates."""
