/** A readable form of a chapter's id: `chapter-oslo` → `Oslo Chapter`, `ch-01` → `Chapter 01`. */
export function readableChapterName(chapterId: string): string {
  const words = chapterId
    .replace(/^(?:chapter|ch)[-_.:~]/i, '')
    .split(/[-_.:~]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const name = words.join(' ');
  return /^\d/.test(name) ? `Chapter ${name}` : `${name} Chapter`;
}
