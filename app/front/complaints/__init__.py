"""Whoever was treated badly says so here, signed in or not, and reads what was answered."""
