"""Statements of one's own memberships: on any past day, of a year, and as files for other programs."""
