"""Disputes and the payments behind them."""
