"""Charts of the reports and the dashboard, drawn with Matplotlib from numbers and labels."""
