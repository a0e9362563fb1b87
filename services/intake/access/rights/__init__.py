"""The person's rights and demands of third parties: copies, annotations, corrections, disclosures."""
