import type { MiddlewareHandler } from "hono";
import { LedgeError } from "../../protocol/errors.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { AppContext } from "./context.ts";

/**
 * A request's body, at most `maxBytes` of it (P4): refused by `Content-Length` before a byte is read, and as soon as a
 * body that announces no length passes the limit.
 *
 * @throws LedgeError `body_too_large`
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = request.headers.get("content-length");
  if (announced === null) return readStream(request.body, maxBytes);
  if (!(Number(announced) <= maxBytes)) throw tooLarge(maxBytes);
  const body = new Uint8Array(await request.arrayBuffer());
  if (body.length > maxBytes) throw tooLarge(maxBytes);
  return body;
}

/** Every content type that Hono's validator takes for JSON (hono/validator), with or without parameters. */
const JSON_TYPE = /^\s*application\/([\w.-]+\+)?json\b/i;

/**
 * Objects, arrays and commas of one JSON body: each value costs far more memory parsed than written, and 8 MiB of `{},`
 * would take hundreds of MB. A body full of chunks, 83 bytes and three of these each, stays under it.
 */
const JSON_MARKS = 320_000;

/** Holds JSON bodies to `LIMITS.jsonBytes` and `JSON_MARKS` before a route's validator parses them. */
export const limitJson: MiddlewareHandler<AppContext> = async (c, next) => {
  const { raw } = c.req;
  if (raw.body !== null && JSON_TYPE.test(raw.headers.get("content-type") ?? "")) {
    const announced = raw.headers.get("content-length");
    // A short body cannot have too many marks, and is not read twice.
    if (announced === null || !(Number(announced) <= JSON_MARKS)) {
      const body = await readBody(raw, LIMITS.jsonBytes);
      if (body.length > JSON_MARKS && countMarks(body) > JSON_MARKS) {
        throw new LedgeError("body_too_large", `at most ${JSON_MARKS} JSON values are taken`, {
          maxValues: JSON_MARKS,
        });
      }
      c.req.raw = new Request(raw, { body });
    }
  }
  await next();
};

/** Braces, brackets and commas that open or part values, those within strings left out. */
function countMarks(json: Uint8Array): number {
  let count = 0;
  let isString = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (byte === 0x22) isString = !isString;
    else if (isString) i += byte === 0x5c ? 1 : 0;
    else if (byte === 0x7b || byte === 0x5b || byte === 0x2c) count++;
  }
  return count;
}

async function readStream(stream: ReadableStream | null, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = (stream as ReadableStream<Uint8Array> | null)?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done || !value) break;
    length += value.length;
    if (length > maxBytes) {
      await reader?.cancel();
      throw tooLarge(maxBytes);
    }
    parts.push(value);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

function tooLarge(maxBytes: number): LedgeError {
  return new LedgeError("body_too_large", `at most ${maxBytes} bytes are taken here`, { maxBytes });
}
