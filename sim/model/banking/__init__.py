"""Loan applications, underwriting, the credit committee, the loan book, rollover and bonds."""
