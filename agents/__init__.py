"""Planner, engines and specialists; the only home of langgraph."""
