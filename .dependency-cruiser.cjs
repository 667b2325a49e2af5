// Who may import whom. Read it with the map in README.md beside it.
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '(^|/)test/|[.]test[.]ts$' },
  to: { path: '^(packages|services|gateway|infra)/', pathNot: [from, ...allowed] },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('convergence-imports-nothing-of-ours', '^packages/convergence/', []),
    only('rabbitmq-imports-nothing-of-ours', '^packages/rabbitmq/', []),
    only('events-stay-free-of-the-services', '^packages/events/', ['^packages/(convergence|rabbitmq)/']),
    only('service-kit-stays-below-the-services', '^packages/service-kit/', ['^packages/convergence/']),
    only('messaging-stays-below-the-services', '^packages/messaging/', [
      '^packages/(convergence|events|rabbitmq|service-kit)/',
    ]),
    only('migrate-imports-nothing-of-ours', '^packages/migrate/', []),
    only('embedded-postgres-imports-nothing-of-ours', '^packages/embedded-postgres/', []),
    only('gateway-knows-only-the-service-kit', '^gateway/', ['^packages/service-kit/']),
    {
      name: 'services-never-import-each-other',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'services-import-packages-only',
      severity: 'error',
      from: { path: '^services/', pathNot: '(^|/)test/|[.]test[.]ts$' },
      to: { path: '^(gateway|infra|packages/(testing|embedded-postgres|migrate))/' },
    },
    {
      name: 'testing-only-from-tests',
      severity: 'error',
      from: { pathNot: '^packages/testing/|^infra/(bench|chaos|fuzz)/|(^|/)test/|[.]test[.]ts$' },
      to: { path: '^packages/testing/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'generated'] },
    exclude: { path: '(^|/)(generated|build)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
