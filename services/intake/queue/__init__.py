"""What waits across cases for those who decide: data protection, and supervisors for whom they supervise."""
