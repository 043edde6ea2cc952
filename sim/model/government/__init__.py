"""Accounts and ledger flows, programme budgets, public funds, the plan's targets."""
