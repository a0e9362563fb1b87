"""Services given to the person, and urgent needs that wait for a service."""
