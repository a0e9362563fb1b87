"""Providers of help: their services, the people that they serve, and their vacancies."""
