"""Entry of firms: founding decisions, founder characteristics, registration and licensing."""
