/** Whether both are lists of the same, in the same order. */
export function isSameList<Item>(some: readonly Item[], others: readonly Item[]): boolean {
  if (some === others) return true;
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
