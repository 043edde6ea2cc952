"""How banks, guarantors and incubators assess the default risk of a firm."""
