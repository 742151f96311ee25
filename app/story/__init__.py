"""The demonstration's story: invented people who live through real periods, told through the same deeds as the web."""
