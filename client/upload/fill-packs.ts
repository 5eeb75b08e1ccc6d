import { FRAME_HEADER_BYTES, type Frame } from "../../protocol/pack-frame.ts";

export interface PackLimits {
  /** Largest pack, frames included. */
  readonly packBytes: number;
  readonly packChunks: number;
}

/** Frames in order, cut into packs within the limits. A frame alone always fits: chunks are smaller than packs. */
export function fillPacks<F extends Frame>(frames: readonly F[], limits: PackLimits): F[][] {
  const packs: F[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const frame of frames) {
    const size = FRAME_HEADER_BYTES + frame.bytes.length;
    const last = packs.at(-1);
    if (last && bytes + size <= limits.packBytes && last.length < limits.packChunks) {
      last.push(frame);
      bytes += size;
    } else {
      packs.push([frame]);
      bytes = size;
    }
  }
  return packs;
}
