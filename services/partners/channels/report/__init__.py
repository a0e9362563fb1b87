"""What agencies report to us: people whom they refer, their answers, and how far their help is."""
