/**
 * How many of `count` things in order come before the first that is not `isBefore`. O(log count): it is asked of few of them.
 *
 * @param isBefore - Whether the thing at an index is; once it is not, it is of no later one.
 */
export function partitionPoint(count: number, isBefore: (index: number) => boolean): number {
  let low = 0;
  for (let high = count; low < high;) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
