/**
 * Hands an error of ours to whoever hears of what nobody has caught (`cli/unexpected.ts`), for work that goes on
 * without it: what is asked again and again must not end for one turn that failed. Null, as a result in
 * its place.
 */
export function unforeseen(error: unknown): null {
  void Promise.reject(error); // That nobody waits for it is what tells of it.
  return null;
}
