"""Define the style of the report on a screen and on paper. It loads nothing: the fonts are the reader's own."""

CSS = """
:root { --text: #1f2a36; --quiet: #5a6570; --line: #d5dbe1; --ground: #f2f5f8; --primary: #0b5cad;
  --good: #1b6e3c; --open: #8a5300; --bad: #b3261e; }
* { box-sizing: border-box; }
html { background: var(--ground); }
body { margin: 0 auto; max-width: 1080px; padding: 48px 56px 64px; background: #fff; color: var(--text);
  font: 15px/1.5 "Segoe UI", "SF Pro Text", "Inter", "Noto Sans", "Cantarell", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums; }
header p { margin: 0; color: var(--quiet); }
header p.product { color: var(--primary); font-weight: 600; }
h1 { margin: 4px 0 2px; font-size: 30px; line-height: 1.25; letter-spacing: -0.01em; }
h2 { margin: 44px 0 10px; padding-top: 14px; border-top: 1px solid var(--line); font-size: 19px; }
h2 span { display: inline-block; min-width: 30px; color: var(--quiet); font-weight: 400; }
h3 { margin: 24px 0 6px; font-size: 15px; }
p { margin: 6px 0; max-width: 76ch; }
ul { margin: 8px 0; padding-left: 22px; max-width: 78ch; }
li { margin: 6px 0; }
small { display: block; color: var(--quiet); font-size: 13px; }
code { font: 12.5px/1.45 "Cascadia Mono", "SF Mono", "Consolas", "DejaVu Sans Mono", monospace; }
code, dd, td { overflow-wrap: anywhere; }
p, li, dd, td, small, code { white-space: pre-wrap; }

.verdict { margin: 26px 0 0; padding: 18px 22px; border: 1px solid; border-left-width: 6px;
  border-radius: 6px; }
.verdict h2 { margin: 0 0 6px; padding: 0; border: 0; font-size: 21px; }
.verdict p { color: var(--text); }
.good { color: var(--good); }
.open { color: var(--open); }
.bad { color: var(--bad); }
.verdict.good { background: #f1f8f4; }
.verdict.open { background: #fdf7ee; }
.verdict.bad { background: #fdf3f2; }
.tiles { display: flex; gap: 12px; margin: 16px 0 0; padding: 0; }
.tiles div { flex: 1; padding: 12px 16px; border: 1px solid var(--line); border-radius: 6px; }
.tiles b { display: block; font-size: 26px; line-height: 1.2; font-weight: 600; }
.tiles span { color: var(--quiet); font-size: 13px; }

dl { display: grid; grid-template-columns: 190px 1fr; gap: 6px 16px; margin: 12px 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
table { width: 100%; margin: 12px 0; border-collapse: collapse; font-size: 14px; }
th { padding: 7px 12px 7px 0; border-bottom: 1.5px solid #8793a0; color: var(--quiet); font-size: 13px;
  font-weight: 600; line-height: 1.3; text-align: left; vertical-align: bottom; }
td { padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
.n { width: 1%; text-align: right; white-space: nowrap; }
th.n { white-space: normal; }
.s { white-space: pre; }
.sign { width: 17%; }
.who { width: 21%; }
.file { width: 40%; }
.half { width: 50%; }
.act { width: 17%; }
.zero { color: var(--quiet); }
.tag { display: inline-block; padding: 1px 9px; border: 1px solid currentColor; border-radius: 99px;
  font-size: 12px; font-weight: 600; letter-spacing: 0.02em; white-space: nowrap; }
.bar { width: 16%; vertical-align: middle; }
.bar i { display: block; min-width: 2px; height: 8px; border-radius: 2px; background: var(--primary); }
.bar i.e { background: var(--open); }
svg { display: block; width: 100%; height: auto; margin: 12px 0 4px; font-family: inherit; }
.note { max-width: none; padding: 10px 14px; border-radius: 6px; background: var(--ground); }
.signatures { display: grid; grid-template-columns: repeat(3, 1fr); gap: 18px 32px; margin-top: 18px; }
.signatures b { grid-column: 1 / -1; margin-top: 14px; font-weight: 600; }
.signatures span { padding-top: 5px; margin-top: 38px; border-top: 1px solid var(--text); color: var(--quiet);
  font-size: 13px; }

@page { size: A4; margin: 15mm 14mm 17mm; }
@media print {
  html, body { background: #fff; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  h1 { font-size: 20pt; }
  h2 { margin-top: 26px; font-size: 13pt; break-after: avoid; }
  h3 { break-after: avoid; }
  p { orphans: 3; widows: 3; }
  h2 + p, h3 + p { break-after: avoid; }
  table { font-size: 8.5pt; line-height: 1.35; }
  th, small, .tag { font-size: 7.5pt; }
  th, td { padding: 3.5pt 7pt 3.5pt 0; }
  .tag { padding: 0 6pt; }
  code { font-size: 7.5pt; }
  thead { display: table-header-group; }
  tr, li, svg, .verdict, .tiles, .signatures { break-inside: avoid; }
}
"""
