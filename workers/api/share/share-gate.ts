import { proxyDurable } from "itty-durable";
import type { Env } from "../../env.ts";
import type { ShareGateStub } from "../../sync-do/share-gate.ts";

/** The object that counts what is done with a link. */
export function shareGate(env: Env, linkId: string): ShareGateStub {
  const gates: { get(name: string): ShareGateStub } = proxyDurable(env.SHARE_GATE, { parse: true });
  return gates.get(linkId);
}
