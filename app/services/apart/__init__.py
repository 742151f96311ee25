"""Apart: whatever strangers send is taken to pieces in a process of its own, which may fall over without harm.

`asking.check` and `asking.draw` are what the engine calls; `reader` is the program that answers. It knows no key
of the vault, no configuration and no database: it is given the open, encrypted temporary file of one document and the
key of that file, and gives back what it found, with the view, or pictures of its pages, in a second such file. Each
document is read in a process forked for it, which may take so much memory and time and no more (`asking.MOST`).
"""
