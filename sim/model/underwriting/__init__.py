"""Assessment of default risk by banks, guarantors and incubators."""
