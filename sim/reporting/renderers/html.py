"""One HTML file: works offline, on a phone, on paper and for a screen reader; loads nothing, runs no script."""

from __future__ import annotations

import base64
from html import escape
from typing import Final

from sim.reporting import figure_style
from sim.reporting.document import Block, Document, Figure, FirstPageEnd, Heading, Paragraph, Table
from sim.reporting.fonts import SANS, SERIF, woff
from sim.reporting.numbering import SHORT, laid_out, length
from sim.reporting.wording import Wording

STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
html { font-size: 100%; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: #fff; color: #1a1a1a; font: 1rem/1.75 "Report Serif", serif; }
header { display: flow-root; }
main, header, nav { max-width: 56rem; margin: 0 auto; padding: 0 1rem; }
h1, h2, h3, caption, figcaption, th { font-family: "Report Sans", sans-serif; font-weight: normal; }
h1 { font-size: 1.7rem; line-height: 1.35; text-align: center; margin: 1.5rem 0 .5rem; }
h2 { font-size: 1.3rem; margin: 2.4rem 0 .6rem; border-bottom: 2px solid #0072b2; }
h3 { font-size: 1.08rem; margin: 1.6rem 0 .4rem; }
p { margin: .5rem 0; }
.subtitle, .note { color: #444; font-size: .875rem; line-height: 1.6; }
.subtitle { text-align: center; }
ul.points { padding-left: 1.2rem; margin: .8rem 0; }
ul.points li { margin: .4rem 0; }
.scroll { overflow-x: auto; margin: 1rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; font-size: .84rem; line-height: 1.45; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .4rem 0; font-size: .95rem; }
th, td { border-bottom: 1px solid #bbb; padding: .3rem .45rem; text-align: left; vertical-align: top; }
tbody th { min-width: 9em; }
thead th, td { min-width: 3.6em; }
thead th { border-top: 2px solid #333; border-bottom: 1px solid #333; background: #f2f2f2; }
tbody tr:last-child > * { border-bottom: 2px solid #333; }
.number { text-align: right; white-space: nowrap; }
td.break { overflow-wrap: anywhere; }
figure { margin: 1.2rem 0; }
figure img { display: block; width: 100%; max-width: min(46rem, 100%); margin: 0 auto; height: auto; }
.hint { display: none; color: #444; font-size: .8rem; margin: .6rem 0 0; }
figcaption { font-size: .95rem; text-align: center; }
pre { background: #f2f2f2; padding: .6rem; overflow-x: auto; font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; }
nav ol { padding-left: 0; list-style: none; columns: 2; font-size: .9rem; }
a { color: #00538a; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; background: #fff; padding: .3rem; }
:focus-visible { outline: 3px solid #d55e00; outline-offset: 2px; }
@media screen and (max-width: 40rem) {
  nav ol { columns: 1; }
  .hint { display: block; }
  .hint + .scroll { margin-top: .2rem; border-right: 3px solid #0072b2; }
  .cards :is(caption, tbody, tr, th, td), .cards table { display: block; width: 100%; min-width: 0; }
  .cards thead { position: absolute; left: -999rem; }
  .cards tbody tr { border: 1px solid #bbb; margin: .5rem 0; padding: .2rem .3rem; }
  .cards tbody tr > * { border: 0; text-align: left; white-space: normal; }
  .cards tbody tr:last-child > * { border: 0; }
  .cards tbody th { font-size: .95rem; }
  .cards td::before { content: attr(data-head) "："; color: #444; }
}
@media print {
  @page { size: A4; margin: 20mm 18mm; }
  body { font-size: 10.5pt; line-height: 1.5; }
  main, header { max-width: none; padding: 0; }
  nav, .skip { display: none; }
  .first { break-after: page; }
  h2, h3, caption { break-after: avoid; }
  figure, tr, li, .short { break-inside: avoid; }
  thead { display: table-header-group; break-after: avoid; }
  tbody tr:nth-child(-n+2), tbody tr:last-child { break-before: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 8.5pt; }
}
"""


LONG: Final = 24
"""Half-width characters of a cell that is more than a number or a unit."""


def render(document: Document) -> bytes:
    """The whole file."""
    words = Wording(document.lang)
    texts = "".join(document.texts()) + "".join(caption for _, caption in laid_out(document))
    texts += "".join(words.text(f"report.{key}") for key in ("contents", "skip", "swipe")) + "：:"
    faces = "".join(
        f'@font-face {{ font-family: "{face.family}"; font-display: swap; '
        f'src: url(data:font/woff;base64,{woff(face, texts)}) format("woff"); }}\n'
        for face in (SERIF, SANS)
    )
    language = {"zh": "zh-CN", "en": "en"}[document.lang]
    contents = "".join(
        f'<li><a href="#s{number}">{escape(caption)}</a></li>'
        for number, (block, caption) in enumerate(laid_out(document))
        if isinstance(block, Heading) and block.level == 1
    )
    told = words.text("report.contents")
    page = (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>\n{faces}{STYLE}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#text">{escape(words.text("report.skip"))}</a>\n'
        f'<header><h1>{escape(document.title)}</h1>\n<p class="subtitle">{escape(document.subtitle)}</p></header>\n'
        f'<nav aria-label="{escape(told)}"><ol>{contents}</ol></nav>\n'
        f'<main id="text">\n{_body(document, words)}\n</main>\n</body>\n</html>\n'
    )
    return page.encode("utf-8")


def _body(document: Document, words: Wording) -> str:
    parts: list[str] = []
    points: list[str] = []
    first = any(isinstance(block, FirstPageEnd) for block in document.blocks)
    if first:
        parts.append('<div class="first">')
    for number, (block, caption) in enumerate(laid_out(document)):
        if points and not _point(block):
            parts.append(f'<ul class="points">{"".join(points)}</ul>')
            points = []
        if isinstance(block, Heading):
            parts.append(f'<h{block.level + 1} id="s{number}">{escape(caption)}</h{block.level + 1}>')
        elif isinstance(block, FirstPageEnd):
            parts.append("</div>")
        elif isinstance(block, Table):
            parts.append(_table(block, caption, number, words))
        elif isinstance(block, Figure):
            parts.append(_figure(block, caption, number))
        elif _point(block):
            points.append(f"<li>{escape(block.said.text)}</li>")
        elif block.role == "code":
            parts.append(f'<pre tabindex="0"><code>{escape(block.said.text)}</code></pre>')
        else:
            kind = ' class="note"' if block.role == "note" else ""
            parts.append(f"<p{kind}>{escape(block.said.text)}</p>")
    return "\n".join(parts)


def _point(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.role == "point"


def _table(table: Table, caption: str, number: int, words: Wording) -> str:
    cards = _wordy(table)

    def role(name: str) -> str:
        """Said outright where a narrow screen no longer lays it out as a table."""
        return f' role="{name}"' if cards else ""

    numeric = [table.numeric(column) for column in range(len(table.head))]
    kinds = [' class="number"' if n else "" for n in numeric]
    head = "".join(
        f'<th scope="col"{role("columnheader")}{k}>{escape(h)}</th>'
        for h, k in zip(table.head, kinds, strict=True)
    )
    rows = []
    for row in table.rows:
        cells = [f'<th scope="row"{role("rowheader")}>{escape(row[0].text)}</th>']
        for cell, kind, title in zip(row[1:], kinds[1:], table.head[1:], strict=True):
            own = ' class="break"' if len(cell.text) > 40 else kind
            named = f' data-head="{escape(title)}"' if cards else ""
            cells.append(f"<td{role('cell')}{own}{named}>{escape(cell.text)}</td>")
        rows.append(f"<tr{role('row')}>{''.join(cells)}</tr>")
    notes = "".join(f'<p class="note">{escape(words.text("report.note", note=n))}</p>' for n in table.notes)
    wide = not cards and len(table.head) > 3
    hint = f'<p class="hint" aria-hidden="true">{escape(words.text("report.swipe"))}</p>' if wide else ""
    kind = "scroll" + (" cards" if cards else "") + (" short" if len(table.rows) <= SHORT else "")
    return (
        f'{hint}<div class="{kind}" role="region" aria-labelledby="t{number}" tabindex="0"><table{role("table")}>'
        f'<caption id="t{number}">{escape(caption)}</caption>'
        f"<thead{role('rowgroup')}><tr{role('row')}>{head}</tr></thead>"
        f"<tbody{role('rowgroup')}>{''.join(rows)}</tbody></table></div>{notes}"
    )


def _wordy(table: Table) -> bool:
    """Whether cells say more than a number, so that on a narrow screen a row reads better as a card."""
    cells = [cell for row in table.rows for cell in row[1:]]
    return len(table.head) > 2 and any(len(c.numbers) > 1 or length(c.text) > LONG for c in cells)


def _figure(figure: Figure, caption: str, number: int) -> str:
    image = base64.b64encode(figure_style.svg(figure.draw).encode("utf-8")).decode("ascii")
    return (
        f'<figure><div class="scroll" role="region" aria-label="{escape(caption)}" tabindex="0">'
        f'<img src="data:image/svg+xml;base64,{image}" alt="{escape(caption)}" aria-describedby="f{number}"></div>'
        f'<figcaption>{escape(caption)}<p class="note" id="f{number}">{escape(figure.alt.text)}</p></figcaption></figure>'
    )
