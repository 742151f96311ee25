"""A member reads that they were counted when a period was locked, and takes the proof of it along."""
