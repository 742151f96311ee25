"""The desk that reads stories for names and places before the public does, and takes down or corrects what is."""
