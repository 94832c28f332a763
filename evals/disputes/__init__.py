"""Made disputes: shops that were planted, what was planted in them, and what follows from it.

Labels and checks here are written from the rulebook's words, over what was planted. Nothing of
`agents/chargeback` has a say in them.
"""
