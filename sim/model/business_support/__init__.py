"""Advice, vouchers, shared equipment, orders, intellectual property and insurance."""
