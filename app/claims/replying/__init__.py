"""Answering what the reviewers asked for, item by item, and handing all of it in at once."""
