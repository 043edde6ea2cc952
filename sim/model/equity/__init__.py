"""Investors, rounds, the guide fund, holdings, listing and crowdfunding."""
