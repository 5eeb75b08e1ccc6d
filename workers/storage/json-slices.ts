/** Characters of one JSON parameter: D1 takes values of 2 MB, and names may take three bytes a character. */
const SLICE_LENGTH = 600_000;

/** Sets as JSON arrays of bounded length, for `json_each(?)`. No items, no slices. */
export function jsonSlices(items: Iterable<unknown>): string[] {
  const slices: string[] = [];
  let parts: string[] = [];
  let length = 0;
  for (const item of items) {
    const text = JSON.stringify(item);
    if (parts.length > 0 && length + text.length > SLICE_LENGTH) {
      slices.push(`[${parts.join(",")}]`);
      parts = [];
      length = 0;
    }
    parts.push(text);
    length += text.length + 1;
  }
  if (parts.length > 0) slices.push(`[${parts.join(",")}]`);
  return slices;
}
