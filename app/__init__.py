"""Juntan: network mutual aid, with evidence in place of promises."""
