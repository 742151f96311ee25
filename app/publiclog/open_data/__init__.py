"""Open data: here stands whoever wants to compute everything again, with programs of their own."""
