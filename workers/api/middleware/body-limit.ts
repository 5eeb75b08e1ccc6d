import { bodyLimit } from "hono/body-limit";
import type { MiddlewareHandler } from "hono";
import { LedgeError } from "../../../protocol/errors.ts";

/** Refuses a body over `maxBytes` as `body_too_large`: by its announced length, else as soon as it has grown too long (P4). */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw new LedgeError("body_too_large", `at most ${maxBytes} bytes are taken here`);
    },
  });
}
