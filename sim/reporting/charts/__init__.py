"""Charts for reports and the dashboard, drawn with Matplotlib."""
