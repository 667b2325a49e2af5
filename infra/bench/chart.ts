import type { Verdict } from './targets.ts';

/** Bars on a logarithmic scale: how much better than wanted (to the right) or worse (to the left) each value is. */

const row = 22;
const middle = 640;
/** Pixels for ten times as much. */
const decade = 120;
const width = 1_000;
const colours = { reached: '#2a7f4f', missed: '#b3402a', text: '#222222', line: '#999999' };

export function chartOf(verdicts: Verdict[], title: string): string {
  const height = (verdicts.length + 3) * row;
  const bars = verdicts.map((verdict, i) => bar(verdict, (i + 2) * row));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(8, row - 6, title, 'font-weight="bold"'),
    text(middle, 2 * row - 8, 'as wanted', 'text-anchor="middle"'),
    ...[-2, -1, 0, 1, 2].map((n) => gridLine(middle + n * decade, height - row)),
    ...bars,
    ...[-2, -1, 1, 2].map((n) =>
      text(
        middle + n * decade,
        height - 6,
        `${10 ** Math.abs(n)} × ${n < 0 ? 'worse' : 'better'}`,
        'text-anchor="middle"',
      ),
    ),
    '</svg>',
  ].join('\n');
}

function bar({ what, wanted, unit, value, reached }: Verdict, y: number): string {
  const better = 'atMost' in wanted ? wanted.atMost / value : value / wanted.atLeast;
  const length = Math.max(-2.2, Math.min(2.2, Math.log10(better))) * decade;
  const asked = 'atMost' in wanted ? `at most ${wanted.atMost}` : `at least ${wanted.atLeast}`;
  const shown = `${value.toPrecision(3)}${unit === 'ratio' ? '' : ` ${unit}`} (${asked})`;
  const x = middle + Math.min(0, length);
  return [
    text(8, y + 15, what),
    `<rect x="${x.toFixed(1)}" y="${y + 4}" width="${Math.abs(length).toFixed(1)}" height="${row - 8}" fill="${reached ? colours.reached : colours.missed}"/>`,
    length < 0 ? text(middle + 6, y + 15, shown) : text(middle - 6, y + 15, shown, 'text-anchor="end"'),
  ].join('');
}

function text(x: number, y: number, words: string, attributes = ''): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" fill="${colours.text}" ${attributes}>${safe}</text>`;
}

function gridLine(x: number, to: number): string {
  return `<line x1="${x}" x2="${x}" y1="${2 * row}" y2="${to}" stroke="${colours.line}" stroke-dasharray="2 3"/>`;
}
