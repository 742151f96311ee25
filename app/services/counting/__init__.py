"""Being counted: a Merkle tree over everybody a period was locked with, so that each of them can prove it."""
