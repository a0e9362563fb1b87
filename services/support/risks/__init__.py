"""Risks to the person: assessments, alerts, absences, and the time after support ends."""
