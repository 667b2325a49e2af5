/** RFC 3339 in UTC to the second: `2026-01-10T11:04:00Z`. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** A calendar date: `1988-04-21`. */
export function formatDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}
