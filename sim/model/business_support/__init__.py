"""Advice, vouchers, shared equipment, orders, intellectual property, insurance."""
