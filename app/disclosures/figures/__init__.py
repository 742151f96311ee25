"""Figures for everybody: who shares, who comes and goes, what is shared and where it goes, by plan and together."""
