"""Firm behaviour: sales, hiring, costs, taxes, closure and deregistration."""
