"""The dashboard: a page in the browser, on loopback only, that turns a few settings and runs at small scale."""
