"""Accounts and ledger flows, programme budgets, public funds, and the plan's targets."""
