"""Text of a document, for the tests."""

from sim.reporting.document import Document, Paragraph


def paragraphs(document: Document) -> str:
    """Return all paragraphs of a document, one per line."""
    return "\n".join(block.content.text for block in document.blocks if isinstance(block, Paragraph))
