"""Probability of default, fitted on the warehouse's own finished dates and judged on later ones.

The fit gives rows of a formula, `run.pd_coefficients`; scoring with them stays SQL.
"""
