"""Fitting the message classifiers: read, weigh, fit, judge, store."""
