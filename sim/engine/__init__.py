"""Discrete-event engine of a policy model, without subject matter: it knows neither firms nor Zhongshan."""
