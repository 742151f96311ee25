"""Reports of relatives at the desk: the proof is read, and the report confirmed or dismissed."""
