/** Makes text safe to stand in HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What a page of the demo is made of; `main` is HTML, all else is text. */
export interface Page {
  readonly title: string;
  /** Name and address of each link in the page's head. */
  readonly links: readonly (readonly [name: string, href: string])[];
  readonly main: string;
}

const STYLE = `
:root { color-scheme: light dark; --edge: light-dark(#d9dee6, #38414f); --soft: light-dark(#f4f6f9, #161b22);
  --card: light-dark(#fff, #1f2630); --ink: light-dark(#1d2733, #e6ebf2); --accent: light-dark(#1a5fb4, #8ab8f5); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--soft); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header { background: var(--card); border-bottom: 1px solid var(--edge); }
header div, main { max-width: 56rem; margin: 0 auto; padding: 1rem; }
header div { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; }
header strong { font-size: 1.15rem; margin-right: auto; }
a { color: var(--accent); }
section, form { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 1rem 1.25rem; margin: 0 0 1rem; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .4rem .5rem .4rem 0; border-bottom: 1px solid var(--edge); }
label { display: block; margin: 0 0 .75rem; }
input { display: block; width: 100%; max-width: 24rem; padding: .5rem; font: inherit; border: 1px solid var(--edge); border-radius: 6px; }
button { padding: .55rem 1.1rem; font: inherit; border: 0; border-radius: 6px; background: #1a5fb4; color: #fff; cursor: pointer; }
.error { border-left: 4px solid #c01c28; padding-left: .75rem; }
h1, h2 { margin: .25rem 0 .75rem; }
.number { text-align: right; padding-right: 1.5rem; font-variant-numeric: tabular-nums; }
`;

/** A whole page, self-contained: it asks for nothing else. */
export function renderPage({ title, links, main }: Page): string {
  const anchors = links.map(
    ([name, href]) => `<a href="${escapeHtml(href)}">${escapeHtml(name)}</a>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header><div><strong>ChargeOver (demo)</strong>${anchors.join('')}</div></header>
<main>
${main}
</main>
</body>
</html>
`;
}
