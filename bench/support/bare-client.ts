import { pool } from "./pool.ts";

/** Puts a body for each item as one object of the bare Worker, `width` at a time. */
export async function putBodies<T>(
  url: string,
  items: Iterable<T>,
  width: number,
  key: (item: T) => string,
  body: (item: T) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  await pool(items, width, async (item) => {
    const response = await fetch(`${url}/${key(item)}`, { method: "POST", body: await body(item) });
    await response.arrayBuffer();
    if (response.status !== 201) throw new Error(`bare put of ${key(item)}: ${response.status}`);
  });
}

/** Reads each object through the bare Worker, keeping nothing; answers how many bytes came. */
export async function getBodies(url: string, keys: readonly string[], width: number): Promise<number> {
  let bytes = 0;
  await pool(keys, width, async (key) => {
    const response = await fetch(`${url}/${key}`);
    if (!response.ok || !response.body) throw new Error(`bare get of ${key}: ${response.status}`);
    for await (const part of response.body) bytes += part.length;
  });
  return bytes;
}
