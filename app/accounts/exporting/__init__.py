"""Whoever wants to take their own data along asks for the file here, downloads it, or lets it be deleted."""
