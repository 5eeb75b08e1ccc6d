import fc from "fast-check";
import { expect, test } from "vitest";
import { authorizeShare, wayFromShare, type ChainNode } from "../../core/share.ts";
import { grantFor, leftOf, settleGrant, useGrant, type ShareGrants } from "../../core/share-grants.ts";

const terms = fc.record({
  permission: fc.constantFrom("view" as const, "download" as const, "upload" as const),
  expiresAt: fc.option(fc.integer({ min: 0, max: 100 })),
  hasPassword: fc.boolean(),
});

test("[L1] [L3] [L6] a link opens before its end, with its password known, for what it permits alone", () => {
  fc.assert(
    fc.property(terms, fc.integer({ min: 0, max: 100 }), fc.boolean(), (link, now, isUnlocked) => {
      const decision = authorizeShare(link, now, isUnlocked);
      const isOver = link.expiresAt !== null && now >= link.expiresAt;
      const isLocked = link.hasPassword && !isUnlocked;
      if (isOver || isLocked) {
        expect(decision).toEqual({ kind: isOver ? "gone" : "locked" });
        return;
      }
      expect(decision).toEqual({
        kind: "open",
        see: link.permission === "view" || link.permission === "download",
        save: link.permission === "download",
        send: link.permission === "upload",
      });
    }),
  );
});

/** A tree of up to 20 nodes; each one's parent was made before it. */
const trees = fc
  .array(fc.record({ above: fc.nat(), state: fc.constantFrom("live" as const, "live" as const, "trashed" as const) }), {
    minLength: 1,
    maxLength: 20,
  })
  .map((rows) =>
    rows.map(({ above, state }, i): ChainNode => ({ id: `${i}`, parent: i === 0 ? null : `${above % i}`, state })),
  );

test("[L1] a link reaches what is live below it, under live folders only, by the one way that leads there", () => {
  fc.assert(
    fc.property(trees, fc.nat(), fc.nat(), (nodes, r, n) => {
      const byId = new Map(nodes.map((node) => [node.id, node]));
      const [root, id] = [`${r % nodes.length}`, `${n % nodes.length}`];
      const chain: ChainNode[] = [];
      for (let at = byId.get(id); at; at = at.parent === null ? undefined : byId.get(at.parent)) chain.unshift(at);
      const from = chain.findIndex((node) => node.id === root);
      const isReached = from >= 0 && chain.every(({ state }) => state === "live");
      expect(wayFromShare(byId, root, id)).toEqual(isReached ? chain.slice(from) : null);
    }),
  );
});

test("[L1] a chain that is cut or goes in circles leads nowhere", () => {
  const live = (id: string, parent: string | null): ChainNode => ({ id, parent, state: "live" });
  const nodes = (...chain: ChainNode[]) => new Map(chain.map((node) => [node.id, node]));
  expect(wayFromShare(nodes(live("a", "gone")), "a", "a")).toBeNull();
  expect(wayFromShare(nodes(live("a", "b"), live("b", "a")), "a", "a")).toBeNull();
  expect(wayFromShare(nodes(), "a", "a")).toBeNull();
});

test("[L5] one charge sends at most twice the file, however requests are cut, repeated and mixed", () => {
  const steps = fc.array(
    fc.record({ asked: fc.integer({ min: 1, max: 100 }), sent: fc.integer({ min: 0, max: 100 }) }),
  );
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 100 }), (requests, firstSent) => {
      let grants: ShareGrants = settleGrant(grantFor({}, "g", 100, 100, 0), "g", 100 - firstSent);
      let sent = firstSent;
      for (const request of requests) {
        const used = useGrant(grants, "g", request.asked, 1);
        if (used === null) continue;
        const got = Math.min(request.sent, request.asked);
        sent += got;
        grants = settleGrant(used, "g", request.asked - got);
      }
      expect(sent).toBeLessThanOrEqual(200);
      expect(leftOf(grants, "g", 1)).toBe(200 - sent);
    }),
  );
});

test("[L5] a download that is cut anywhere, with what was on its way lost and not noticed yet, is gone on with", () => {
  const grants = grantFor({}, "g", 100, 100, 0);
  for (let at = 1; at < 100; at++) expect(useGrant(grants, "g", 100 - at, 1)).not.toBeNull();
});

test("[L5] grants end, are nobody else's, and are not kept without bound", () => {
  const grants = grantFor({}, "g", 100, 100, 0);
  expect(useGrant(grants, "other", 1, 1)).toBeNull();
  expect(useGrant(grants, "__proto__", 1, 1)).toBeNull();
  expect(useGrant(grants, "g", 1, 7 * 3_600_000)).toBeNull();
  let many: ShareGrants = {};
  for (let n = 0; n < 1_000; n++) many = grantFor(many, `g${n}`, 100, 100, n);
  expect(Object.keys(many)).toHaveLength(200);
  expect(leftOf(many, "g999", 1_000)).toBe(100);
});
