"""What an agency reads about itself with its own key: its register entry and its agreements."""
