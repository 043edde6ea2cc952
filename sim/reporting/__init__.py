"""Reports, built from a document model and rendered as HTML, Word, PDF or a workbook of tables."""
