import { expect, test } from '@jest/globals';
import { fromPs } from '../src/processes.ts';

// What `ps -axww -o pid=,stat=,command=` writes on systems without /proc.
const table = `
    1 Ss   /sbin/launchd
  812 S    /Users/me/my kontakt/bin/postgres -D /Users/me/.data/postgres/data -c port=5000 -c kontakt.started_by=800
  813 S    postgres: checkpointer
  914 Z    /Users/me/my kontakt/bin/postgres -D /Users/me/.data/old/data -c port=5001 -c kontakt.started_by=900
  915 Ss   /bin/sh -c "$@" & sh INT  /Users/me/my kontakt/bin/postgres -D /Users/me/.data/old/data -c port=5001
 1016 Ss   /opt/homebrew/bin/postgres -D /Users/me/.data/mine/data
`;

test('when there is no /proc, then a server is found by its command line, with the process that started it', () => {
  expect(fromPs(table, '/Users/me/.data/postgres/data')).toEqual([{ pid: 812, starter: 800 }]);
  expect(fromPs(table, '/Users/me/.data/mine/data')).toEqual([{ pid: 1016, starter: undefined }]);
});

test('when a server has ended or only another command names the data, then none is found', () => {
  expect(fromPs(table, '/Users/me/.data/old/data')).toEqual([]);
  expect(fromPs(table, '/Users/me/.data/postgres')).toEqual([]);
});
