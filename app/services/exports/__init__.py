"""Taking one's own data along: asked for, written into one encrypted file in the background, gone after some days."""
