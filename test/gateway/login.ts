import type { RequestListener } from 'node:http';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startUpstream, type TestUpstream } from '../support/upstream.ts';

/** What the application says to a wrong password, and to any password while its backend is gone. */
export const SENTENCE = 'The credentials that you provided are not correct.';

/** A login site in front of an application, as in the incident, and the gateway in front of both. */
export interface Scene extends TestGateway {
  readonly login: TestUpstream;
  readonly app: TestUpstream;
}

/** Starts the scene. The application serves; what the login site does is up to the test. */
export async function startScene(
  login: RequestListener,
  {
    rule = {},
    rules = {},
    limits = {},
    route = {},
    application = (port: number): object => ({ endpoints: [`http://127.0.0.1:${port}`] }),
  }: {
    /** Of the rule `credentials`, which the route of the login site has. */
    readonly rule?: object;
    /** Beside that one. */
    readonly rules?: object;
    readonly limits?: object;
    readonly route?: object;
    /** How the application on this port is found and judged. */
    readonly application?: (port: number) => object;
  } = {},
): Promise<Scene> {
  const loginSite = await startUpstream(login);
  const app = await startUpstream();
  const gateway = await startGateway(
    {
      upstreams: {
        app: application(app.port),
        login: { endpoints: [loginSite.url] },
      },
      routes: [
        {
          path: '/login',
          upstream: 'login',
          misleading: ['credentials', ...Object.keys(rules)],
          ...route,
        },
        { upstream: 'app' },
      ],
      misleading: {
        credentials: { body: SENTENCE, dependsOn: ['app'], ...rule },
        ...rules,
      },
      limits,
    },
    { isQuiet: true },
  );
  return { ...gateway, login: loginSite, app };
}
