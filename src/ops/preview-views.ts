/** What is to be previewed, as it was asked for. */
export interface PreviewAsk {
  /** The name of a situation, or `now`. */
  readonly when: string;
  /** Default: an address that the first route takes. */
  readonly url: string | undefined;
  readonly as: string | undefined;
  readonly method: string | undefined;
  readonly headers: readonly string[];
  readonly language: string | undefined;
  readonly disposition: string | undefined;
}

/** What a client would get; more members than these are handed on as they are. */
export interface PreviewView {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly encoding: 'utf8' | 'base64';
  readonly why: readonly string[];
  readonly status: number | null;
}

/** What can be previewed. */
export interface PreviewChoices {
  readonly situations: readonly Choice[];
  readonly clients: readonly Choice[];
}

interface Choice {
  readonly name: string;
  readonly about: string;
}
