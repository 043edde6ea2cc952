"""The dashboard: a page on the local machine that changes a few settings and runs at small scale."""
