"""What the person receives and wants: providers, places, help, entitlements, plans and goals."""
