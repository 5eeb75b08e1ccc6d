import { LIMITS } from "../../protocol/limits.ts";
import { FRAME_HEADER_BYTES } from "../../protocol/pack-frame.ts";
import type { Env } from "../env.ts";

/** A pack must be able to carry one chunk of the largest size, or clients could not send it at all. */
const LEAST = LIMITS.chunkMaxBytes + FRAME_HEADER_BYTES;

/**
 * The largest pack body that this deployment takes, bytes: `PACK_BYTES`, held between what one chunk of the largest size
 * needs and `LIMITS.packBytes`. What is no number counts as not set.
 */
export function packBytes({ PACK_BYTES }: Pick<Env, "PACK_BYTES">): number {
  const configured = Math.trunc(Number(PACK_BYTES));
  return configured > 0 ? Math.min(Math.max(configured, LEAST), LIMITS.packBytes) : LIMITS.packBytes;
}
