"""Parcels, carriers, delivery times."""
