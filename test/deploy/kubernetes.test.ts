import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service } from 'kubernetes-models/v1';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

const CHECKOUT = join(import.meta.dirname, '../..');
const FOLDER = join(CHECKOUT, 'deploy/kubernetes');

/** The classes of the kinds that are used. `never`: their types are for what is written in TypeScript, not for what is parsed. */
const KINDS: Readonly<Record<string, new (object: never) => { validate(): void }>> = {
  ConfigMap,
  Deployment,
  PodDisruptionBudget,
  Service,
};

type Fields = Readonly<Record<string, unknown>>;

/** The part of an object that all kinds have. */
interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: Fields;
  readonly data: Readonly<Record<string, string>>;
}

interface Container extends Fields {
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly { readonly name: string }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

let manifests: Manifest[];
let settings: string;
let pod: Fields;
let container: Container;

beforeAll(async () => {
  const names = await readdir(FOLDER);
  const texts = await Promise.all(names.map((name) => readFile(join(FOLDER, name), 'utf8')));
  const documents = texts.flatMap((text) => parseAllDocuments(text));
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  manifests = documents.map((document): Manifest => document.toJS());
  settings = manifest('ConfigMap', 'candor-settings').data['candor.yaml'] ?? '';
  // A pod's specification, as `kubectl explain deployment.spec.template.spec` describes it.
  const { template } = manifest('Deployment', 'candor').spec as {
    template: { spec: Fields & { containers: [Container] } };
  };
  pod = template.spec;
  [container] = template.spec.containers;
});

function manifest(kind: string, name: string): Manifest {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

test('all of it is in one namespace', () => {
  expect(new Set(manifests.map(({ metadata }) => metadata.namespace))).toEqual(
    new Set(['billing']),
  );
  expect(manifests.map(({ kind }) => kind).sort()).toEqual([
    'ConfigMap',
    'Deployment',
    'PodDisruptionBudget',
    'Service',
    'Service',
    'Service',
  ]);
});

test('each object is what Kubernetes’ own schema of its kind asks for', () => {
  expect(manifests.map(faultOf)).toEqual(manifests.map(() => null));
  const deployment = manifest('Deployment', 'candor');
  expect(faultOf({ ...deployment, spec: { replicas: 'two' } })).toMatch('replicas');
  expect(faultOf({ ...deployment, kind: 'Deploiment' })).toBe('no kind is called Deploiment');
});

/** What is wrong with an object by the schema of its kind, if anything is. */
function faultOf(object: Manifest): string | null {
  const kind = KINDS[object.kind];
  if (kind === undefined) return `no kind is called ${object.kind}`;
  try {
    new kind(object as never).validate(); // Whether it fits is what is to be found out.
    return null;
  } catch (error) {
    return String(error);
  }
}

test('the settings are good, with the environment that the deployment gives', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'candor-kubernetes-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'candor.yaml');
  await writeFile(file, settings);
  const env = Object.fromEntries(
    container.env.map(({ name }) => [name, 'a-token-of-32-characters-as-it-is']),
  );
  const { code, said } = await run(['src/main.ts', 'check', file], env);
  expect(said).toBe(`${file}: good (1 upstream, 1 route)\n`);
  expect(code).toBe(0);
});

test('the settings name the service by which the pods that are ready are listed', () => {
  const { metadata, spec } = manifest('Service', 'app');
  const { name, namespace } = metadata;
  expect(spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: false });
  expect(settings).toContain(`dns: _http._tcp.${name}.${namespace}.svc.cluster.local`);
  expect(spec).toMatchObject({ ports: [{ name: 'http' }] });
});

test('the settings are mounted where the program looks for them', () => {
  const [mount, store] = container.volumeMounts;
  expect(container.args).toEqual(['run', '--config', `${mount?.mountPath}/candor.yaml`]);
  expect(settings).toContain(`store: ${store?.mountPath}/candor.sqlite`);
  expect(pod).toMatchObject({
    volumes: [
      { name: mount?.name, configMap: { name: 'candor-settings' } },
      { name: store?.name, emptyDir: {} },
    ],
    // Whose the volume is: the user that the program runs as.
    securityContext: { fsGroup: 1000 },
  });
});

test('the ports are those that the program listens on, and the services lead there', () => {
  const ports = new Map(container.ports.map(({ name, containerPort }) => [name, containerPort]));
  expect(settings).toContain(`listen: 0.0.0.0:${ports.get('http')}`);
  expect(settings).toContain(`address: 0.0.0.0:${ports.get('ops')}`);
  expect(manifest('Service', 'candor').spec).toMatchObject({ ports: [{ targetPort: 'http' }] });
  expect(manifest('Service', 'candor-ops').spec).toMatchObject({ ports: [{ targetPort: 'ops' }] });
});

test('probes ask what stays good in an outage of the application', () => {
  expect(container).toMatchObject({
    startupProbe: { httpGet: { path: '/readyz', port: 'ops' } },
    readinessProbe: { httpGet: { path: '/_candor/healthz', port: 'http' } },
    livenessProbe: { httpGet: { path: '/healthz', port: 'ops' } },
  });
});

test('it runs without rights, on a file system that is read-only, within bounds', () => {
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(container).toMatchObject({
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    resources: { requests: { cpu: '100m', memory: '96Mi' }, limits: { memory: '256Mi' } },
  });
});

test('an update or a drained node leaves a replica that serves', () => {
  const { spec } = manifest('Deployment', 'candor');
  expect(spec).toMatchObject({ replicas: 2, strategy: { rollingUpdate: { maxUnavailable: 0 } } });
  const budget = manifest('PodDisruptionBudget', 'candor');
  expect(budget.spec).toMatchObject({ maxUnavailable: 1 });
  expect(budget.spec).toMatchObject({ selector: spec.selector });
});

function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    const options = { cwd: CHECKOUT, env: { ...process.env, ...env } };
    const program = execFile(process.execPath, args, options, (_, stdout, stderr) =>
      resolve({ code: program.exitCode ?? -1, said: stdout + stderr }),
    );
  });
}
