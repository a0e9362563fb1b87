"""Whom a person excluded gets in nowhere: not by a merged case, the audit, the feed, a list or a consent."""
