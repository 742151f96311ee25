"""Whoever holds a proof, a letter, a code or an address of ours, and wants to know whether the log bears it out."""
