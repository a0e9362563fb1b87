"""Why a deadline has its date."""
