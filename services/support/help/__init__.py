"""The person's help and wishes: providers, places, help, entitlements, plans and goals."""
