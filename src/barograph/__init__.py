"""Barograph: a weekly judgement of a country's public life, from the newsroom to signed pages."""

__version__ = "0.1.0"
