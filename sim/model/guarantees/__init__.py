"""Guarantors and the start-up loan fund."""
