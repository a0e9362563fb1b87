"""A second person confirms that a child is an adult, or that an adult is a child."""
