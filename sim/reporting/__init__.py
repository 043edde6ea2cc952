"""Reports: one document model, rendered as HTML, Word, PDF and a workbook of its tables."""
