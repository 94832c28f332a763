"""Chargeback defence: what the records prove, how likely that wins, and what is advised.

Everything here works on evidence alone: no store, no clock, no model. The numbers and rules are
data (`data/disputes/`).
"""
