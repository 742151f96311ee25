"""Complaints at the desk: taken up by one of the staff, answered by that one, and once more by another."""
