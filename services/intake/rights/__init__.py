"""What a person may ask for, and what others demand: copies, annotations, corrections, disclosures."""
