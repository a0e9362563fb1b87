"""Data-sharing agreements: the data, purposes, jurisdictions and days for which an agency can receive events."""
