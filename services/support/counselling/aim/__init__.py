"""The person's aims in counselling and their progress, in their own words and never as a number."""
