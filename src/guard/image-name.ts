const HOST_PART = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const HOST = `(?:${HOST_PART}(?:\\.${HOST_PART})*|\\[[A-Fa-f0-9:]+\\])(?::\\d+)?`;
const STEP = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const TAG = '\\w[\\w.-]{0,127}';
const DIGEST = '(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})';
const IMAGE = new RegExp(`^(?:${HOST}/)?${STEP}(?:/${STEP})*(?::${TAG})?(?:@${DIGEST})?$`);

/** Longer ones are refused unread, so that no text can keep the expression busy. */
const LONGEST = 1_024;

/** Whether a registry can be asked for it: `host:port/path:tag@digest`, as the OCI's distribution specification has it. */
export function isImageName(text: string): boolean {
  return text.length <= LONGEST && IMAGE.test(text);
}
