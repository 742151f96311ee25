"""Where anybody holds two rule versions against each other, and takes a version or the shares along as a file."""
