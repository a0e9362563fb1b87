"""Notifiers are managed (`keeping`); rings are accepted (`taking`) and delivered (`delivering`)."""
