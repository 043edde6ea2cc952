"""Renderers of reports, one for each file format: HTML, Word, PDF and workbook."""
