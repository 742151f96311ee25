"""Searching the disclosures: every case and every period that the public reads, each view with its feeds and table."""
