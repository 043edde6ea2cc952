"""Reports as HTML, Word, PDF and workbook."""
