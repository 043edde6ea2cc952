"""Charts of the reports and the dashboard."""
