/** How test files, which run in other processes, tell the reporter what they had and lacked: by the names of their tests. */

/** What this reads of Jest's results. */
export interface FileResult {
  testResults: { title: string; ancestorTitles: string[] }[];
}

const onBroker = 'on the broker ';
const notRun = 'NOT RUN: ';

/** The name of the group of tests that have a broker. */
export function groupOn(description: string): string {
  return onBroker + description;
}

/** The name of the one test that stands for those that could not be run. */
export function testForThoseNotRun(count: number, missing: string): string {
  return `${notRun}${count} tests that need ${missing}`;
}

/** Which brokers the tests had, and how many tests had none. */
export function brokerLines(files: FileResult[]): string[] {
  const tests = files.flatMap(({ testResults }) => testResults);
  const groups = tests.flatMap(({ ancestorTitles }) => ancestorTitles).filter((title) => title.startsWith(onBroker));
  const missed = tests.map(({ title }) => title).filter((title) => title.startsWith(notRun));
  return [...new Set(groups.map((title) => `   and ${title}`)), ...missed.map((title) => `!!! ${title}`)];
}
