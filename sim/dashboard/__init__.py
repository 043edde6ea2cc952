"""The dashboard: a page on loopback only, that turns a few settings and runs at small scale."""
