import { runInDurableObject } from "cloudflare:test";
import { expect } from "vitest";
import { env } from "./storage.ts";

/** What a link's gate has counted. */
export interface GateCounts {
  readonly openings: number;
  readonly downloads: number;
}

/** The object that counts what is done with a link. */
export function gateOf(link: string) {
  return env.SHARE_GATE.get(env.SHARE_GATE.idFromName(link));
}

/** Resolves when a link's gate has stored so many uses, and had time for more: nobody waits for those of one without a cap. */
export async function untilCounted(link: string, counts: GateCounts): Promise<void> {
  const stored = () => runInDurableObject(gateOf(link), (_, { storage }) => storage.get<GateCounts>("data"));
  const areCounted = async () => {
    const { openings = 0, downloads = 0 } = (await stored()) ?? {};
    return openings >= counts.openings && downloads >= counts.downloads;
  };
  await expect.poll(areCounted, { message: `uses of a link: ${JSON.stringify(counts)}` }).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 100));
}

/** As if an hour had passed for when a link ends. */
export async function endSooner(link: string): Promise<void> {
  await env.DIRECTORY.prepare("UPDATE links SET expires_at = expires_at - 3600000 WHERE id = ?").bind(link).run();
}
