"""Reports: a document model that is rendered as HTML, Word, PDF or a workbook of tables."""
