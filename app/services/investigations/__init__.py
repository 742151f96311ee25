"""Investigations: opened for a claim whose claimant agreed, worked on from chosen documents, ended once."""
