"""What the person wants of counselling and how it goes, in their own words and never as a number."""
