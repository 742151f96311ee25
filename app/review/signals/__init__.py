"""Signals on the workbench: a caseworker looks into one and writes down what was found."""
