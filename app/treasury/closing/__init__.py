"""The desk of closings: two people end a plan in the open, and what is left is given on."""
