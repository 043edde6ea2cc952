"""Methods of sensitivity analysis, attribution and optimisation, independent of the model."""
