import type { Preview } from '../gateway/preview.ts';

/** What is printed besides the explanation itself. */
export interface Around {
  readonly notes: readonly string[];
  readonly line: number | null;
  readonly config: string;
}

/** An explanation as people read it: the request, why, and the answer as it would come. */
export function previewInWords(preview: Preview, { notes, line, config }: Around): string {
  const { as, method, url, why } = preview;
  return [
    `${method} ${url} as ${as}`,
    ...notes.map((note) => `note: ${note}`),
    ...(line === null ? [] : [`route: ${config}:${line}`]),
    ...why.map((reason) => `why: ${reason}`),
    '',
    ...answerInWords(preview),
    '',
  ].join('\n');
}

function answerInWords({ outcome, route, status, ...answer }: Preview): readonly string[] {
  if (outcome === 'own_path') return ['The gateway serves this address itself.'];
  if (status === null) return [`Passed on to ${route?.upstream}: what comes back is relayed.`];
  const { reasonPhrase, headers, body, encoding, bytes } = answer;
  return [
    `HTTP/1.1 ${status} ${reasonPhrase}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    encoding === 'base64' ? `(${bytes} bytes that are no text)` : body.trimEnd(),
  ];
}
