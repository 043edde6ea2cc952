"""Discrete-event engine for policy models, independent of any city or subject."""
