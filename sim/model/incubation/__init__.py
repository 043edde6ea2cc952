"""Incubation facilities, tenancy, seed money, parks and demonstration bases."""
