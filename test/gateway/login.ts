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
    limits = {},
    route = {},
  }: {
    readonly rule?: object;
    readonly limits?: object;
    readonly route?: object;
  } = {},
): Promise<Scene> {
  const loginSite = await startUpstream(login);
  const app = await startUpstream();
  const gateway = await startGateway(
    {
      upstreams: {
        app: { endpoints: [app.url] },
        login: { endpoints: [loginSite.url] },
      },
      routes: [
        { path: '/login', upstream: 'login', misleading: ['credentials'], ...route },
        { upstream: 'app' },
      ],
      misleading: {
        credentials: { body: SENTENCE, dependsOn: ['app'], ...rule },
      },
      limits,
    },
    { isQuiet: true },
  );
  return { ...gateway, login: loginSite, app };
}
