import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concerns, runningTasks, serviceNamed } from '../../src/upstream/swarm-objects.ts';

/** JSON of any shape, with the names that matter where they matter, more often than chance would have it. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom('demo_app', 'running', 'shutdown', '10.0.1.3/24', 'fd00::3/64', 'x', '', 0, 2),
    fc.constantFrom(null, true, -1, 1.5),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom(
        ...[
          'ID',
          'Spec',
          'Name',
          'Mode',
          'Replicated',
          'Replicas',
          'ServiceStatus',
          'DesiredTasks',
        ],
        ...['DesiredState', 'Status', 'State', 'NetworksAttachments', 'Network', 'Addresses'],
        ...['Type', 'Actor', 'Attributes', '__proto__', 'name'],
      ),
      tie('value'),
    ),
  ),
})).value;

test('whatever an Engine says, a service has an ID and a count that can be', () => {
  fc.assert(
    fc.property(anything, (answer) => {
      const service = serviceNamed('demo_app', answer);
      if (service === undefined || service === null) return;
      expect(typeof service.id).toBe('string');
      expect(service.desired ?? 0).toBeGreaterThanOrEqual(0);
      if (service.isScaledToNone) expect(service.desired).toBe(0);
    }),
  );
});

test('whatever an Engine says, each address is one, and there are no more than tasks', () => {
  fc.assert(
    fc.property(anything, fc.constantFrom(null, 'x'), (answer, network) => {
      const tasks = runningTasks(network, answer);
      if (tasks === undefined) return;
      expect(tasks.addresses.length).toBeLessThanOrEqual(tasks.count);
      for (const address of tasks.addresses) expect(isIP(address)).not.toBe(0);
    }),
  );
});

test('whatever an event is, it concerns the service or it does not', () => {
  fc.assert(
    fc.property(anything, (event) => {
      expect(typeof concerns('demo_app', event)).toBe('boolean');
    }),
  );
});
