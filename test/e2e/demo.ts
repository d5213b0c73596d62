import { ask, type Got } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { openProgram, type Program } from '../support/program.ts';

/** The program in front of its demo, with what is needed to break and to watch it. */
export interface RunningDemo {
  readonly program: Program;
  readonly controlUrl: string;
  /** Sends a command to the control listener, such as `break?how=gone`. */
  command(command: string): Promise<void>;
  /** Mends everything and waits until the gateway believes it. */
  mend(): Promise<void>;
  /** Breaks it and waits until the gateway is certain. */
  breakFor(how: string): Promise<void>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Got>;
  verdictOf(upstream: string): Promise<string>;
  /** Where the login site itself listens, and each endpoint, behind the gateway. */
  readonly addresses: { readonly loginSite: string; readonly endpoints: readonly string[] };
}

/** Starts it on ports of its own. Whoever opens it disposes of its program. */
export async function openDemo(): Promise<RunningDemo> {
  const program = await openProgram({
    args: ['run', '--listen', '127.0.0.1:0', '--ops', '127.0.0.1:0'],
  });
  try {
    return await connect(program);
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}

async function connect(program: Program): Promise<RunningDemo> {
  const controlUrl = await eventually(
    () => /'(http:\/\/127\.0\.0\.1:\d+)\/mend'/.exec(program.output)?.[1],
  );
  const state = JSON.parse((await ask(`${controlUrl}/state`)).text);
  const command = async (text: string) => {
    const { status, text: said } = await ask(`${controlUrl}/${text}`, { method: 'POST' });
    if (status !== 200) throw new Error(`${text}: ${status} ${said}`);
  };
  const verdictOf = async (upstream: string): Promise<string> => {
    const { upstreams } = JSON.parse((await ask(`${program.opsUrl}/api/upstreams`)).text);
    return upstreams.find(({ name }: { name: string }) => name === upstream).verdict;
  };
  const until = (verdict: string) =>
    eventually(async () => ((await verdictOf('app')) === verdict ? true : undefined), 12_000);
  return {
    program,
    controlUrl,
    command,
    verdictOf,
    addresses: {
      loginSite: state.loginSite,
      endpoints: state.endpoints.map(({ url }: { url: string }) => url),
    },
    get: (path, headers = {}) => ask(`${program.url}${path}`, { headers }),
    mend: async () => {
      await command('mend');
      await until('up');
    },
    breakFor: async (how) => {
      await command(`break?how=${how}`);
      await until('down');
    },
  };
}
