"""Investigations as the claimant sees them: agreed to or not, begun, ended, the findings read and answered."""
