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
    await put(`${url}/${key(item)}`, await body(item));
  });
}

/** `wrangler dev`'s proxy answers a POST whose connection broke by 503 and leaves the retry to its caller. */
async function put(url: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, { method: "POST", body });
    await response.arrayBuffer();
    if (response.status === 201) return;
    if (response.status !== 503 || attempt === 3) throw new Error(`POST ${url}: ${response.status}`);
  }
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
