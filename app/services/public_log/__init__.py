"""The public log: facts that were committed get a number, tiles and a signed checkpoint, and whoever asks gets proofs.

sequencing   numbers what waits; the number, the tiles and the checkpoint are one transaction
growing      the tiles of a tree that grows
signing      whose log it is, with which keys it signs
reading      what it says
proving      that it says so
files        the same in files anybody can fetch, written after the commit
"""
