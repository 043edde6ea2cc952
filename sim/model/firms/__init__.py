"""Sales, hiring, costs and taxes, closure and deregistration."""
