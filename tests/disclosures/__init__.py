"""Periods, cases and figures as the public sees them."""
