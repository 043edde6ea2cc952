"""Dashboard: a local web page for changing selected settings and running the model at small scale."""
