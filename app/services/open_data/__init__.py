"""Open data: everything the public may check, as files that anybody fetches, made from facts at rest.

due          what has to be written anew, because something about it was numbered or its days are over
stated       the numbered facts of a period or a plan: every row carries the number of one
periods      the rows of a period
money        the rows of its payouts, and of the ledger
plans        the rows of what belongs to a plan as a whole
refusals     counts of refusals, told once
parts        the files of one period or plan, written and stated
latest       all of them together, composed of the files themselves
statements   needs received and amounts shared, by month
archive      one file with everything, and with the log that proves it
reading      what the pages ask
"""
