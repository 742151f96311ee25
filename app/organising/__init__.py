"""Organisers: somebody who brings a company, a village or a school hands in its list and invites the people on it."""
