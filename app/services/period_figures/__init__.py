"""The figures of periods: counted once after a lock and once after a settlement, and read by pages, files and checks.

No request ever counts members. `making` derives, `cells` tells cases by age, group and place in blocks of five and
more, `reading` answers; small numbers are told by nobody else.
"""
