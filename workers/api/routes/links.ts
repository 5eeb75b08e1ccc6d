import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import type { ActivityAction } from "../../../protocol/activity.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { newId } from "../../../protocol/new-id.ts";
import { Link, LinkChanges, LinkPage, LinkSettings } from "../../../protocol/share.ts";
import type { Node } from "../../../protocol/tree.ts";
import {
  addLink,
  changeLink,
  listLinks,
  readLink,
  removeLink,
  type LinkRow,
  type LinkTerms,
  type NewLink,
} from "../../storage/directory-links.ts";
import { decodePagePosition, encodePagePosition } from "../../storage/page-position.ts";
import { findNode } from "../../storage/tree-reads.ts";
import { openShard } from "../../storage/shards.ts";
import { hashPassword } from "../auth/password.ts";
import type { AppContext } from "../context.ts";
import { json, jsonBody } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { FileParams, NodeRef, nodeIdOf, PageQuery, requireNode } from "../node-ref.ts";
import { router } from "../router.ts";
import { shareToken, shareTokenHash, shareUrl } from "../share/share-token.ts";
import { record } from "../sharing/tell-people.ts";
import { OperationIdHeader } from "../tree-mutation.ts";
import { notify } from "../user-sync.ts";

const tags = ["links"];
const params = z.object({ id: Id });
// An address lets whoever has it read, or send files: only who may change things is shown one.
const middleware = requireScope("write");

const share = createRoute({
  method: "post",
  path: "/files/{fileId}/share",
  tags,
  summary: "Make a link to a file or a folder",
  description:
    `Whoever has the address may use it, as the settings say. An account has at most ${LIMITS.links} links. Sent again ` +
    "with the same `Ledge-Operation-Id` it answers the link that the first made, which has that id.",
  middleware,
  request: { params: FileParams, headers: OperationIdHeader, body: jsonBody(LinkSettings) },
  responses: {
    201: json(Link, "The link"),
    409: { description: "`too_many_links`, `already_trashed`, `not_a_folder`" },
  },
});

const list = createRoute({
  method: "get",
  path: "/links",
  tags,
  summary: "The account's links, newest first",
  middleware,
  request: { query: z.object({ node: NodeRef.optional(), ...PageQuery }) },
  responses: { 200: json(LinkPage, "A page of links, with what was done with them") },
});

const show = createRoute({
  method: "get",
  path: "/links/{id}",
  tags,
  summary: "A link",
  middleware,
  request: { params },
  responses: { 200: json(Link, "The link") },
});

const change = createRoute({
  method: "patch",
  path: "/links/{id}",
  tags,
  summary: "Change what a link allows",
  description: "Holds from the next request on. A new password, or the same one again, ends what the old one opened.",
  middleware,
  request: { params, body: jsonBody(LinkChanges) },
  responses: { 200: json(Link, "The link as it is now"), 409: { description: "`not_a_folder`" } },
});

const revoke = createRoute({
  method: "delete",
  path: "/links/{id}",
  tags,
  summary: "End a link",
  middleware,
  request: { params },
  responses: { 204: { description: "It is `not_found` from the next request on" } },
});

const LinksPosition = z.tuple([z.literal("links"), Id]);

export const linkRoutes = router()
  .openapi(share, async (c) => {
    const { home, caller } = c.var;
    const settings = c.req.valid("json");
    const { node, reach } = await requireNode(home, c.req.valid("param").fileId);
    if (reach === "trashed") throw new LedgeError("already_trashed", "what is in the trash is shared with nobody");
    const now = Date.now();
    const link: NewLink = {
      id: c.req.header("ledge-operation-id") ?? newId(now),
      generation: 1,
      owner_id: caller.userId,
      shard: home.shard.name,
      space_id: home.spaceId,
      node_id: node.id,
      ...NO_TERMS,
      ...(await termsFrom(settings, node, now)),
      created_at: now,
    };
    const hash = await shareTokenHash(await shareToken(c.env.AUTH_SECRET, link));
    const outcome = await addLink(c.env.DIRECTORY, hash, link);
    if (outcome === "full") throw new LedgeError("too_many_links", `at most ${LIMITS.links}: end some first`);
    const kept = await readLink(c.env.DIRECTORY, caller.userId, link.id);
    if (kept?.node_id !== node.id) throw new LedgeError("id_conflict", "the id is another link's");
    if (outcome === "kept") {
      await recordLink(c, kept, "shareLink");
      notify(c, "links");
    }
    return c.json(await view(c, kept), 201);
  })
  .openapi(list, async (c) => {
    const { node, limit, cursor } = c.req.valid("query");
    const before = cursor === undefined ? "~" : decodePagePosition(LinksPosition, cursor)[1];
    const rows = await listLinks(c.env.DIRECTORY, c.var.caller.userId, {
      limit: limit + 1,
      before,
      node: node && nodeIdOf(c.var.home, node),
    });
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return c.json(
      {
        links: await Promise.all(page.map((row) => view(c, row))),
        next: last ? encodePagePosition<z.infer<typeof LinksPosition>>(["links", last.id]) : null,
      },
      200,
    );
  })
  .openapi(show, async (c) => c.json(await view(c, await requireLink(c, c.req.valid("param").id)), 200))
  .openapi(change, async (c) => {
    const link = await requireLink(c, c.req.valid("param").id);
    const changes = c.req.valid("json");
    const found = await findNode(
      { shard: openShard(c.env, link.shard, "first-primary"), spaceId: link.space_id, scope: null },
      link.node_id,
    );
    const terms = await termsFrom(changes, found?.node, Date.now());
    const changed = await changeLink(c.env.DIRECTORY, link.owner_id, link.id, terms);
    if (!changed) throw new LedgeError("not_found");
    await recordLink(c, changed, "changeLink");
    notify(c, "links");
    return c.json(await view(c, changed), 200);
  })
  .openapi(revoke, async (c) => {
    const link = await requireLink(c, c.req.valid("param").id);
    if (!(await removeLink(c.env.DIRECTORY, link.owner_id, link.id))) throw new LedgeError("not_found");
    await recordLink(c, link, "revokeLink");
    notify(c, "links");
    return c.body(null, 204);
  });

async function requireLink(c: Context<AppContext>, id: string): Promise<LinkRow> {
  const link = await readLink(c.env.DIRECTORY, c.var.caller.userId, id);
  if (!link) throw new LedgeError("not_found");
  return link;
}

/** Leaves a record of what its owner did with a link, on what it is to (V1). */
function recordLink(c: Context<AppContext>, link: LinkRow, action: ActivityAction): Promise<void> {
  return record(c, { ...link, folder_id: link.node_id }, action, [link.permission]);
}

const NO_TERMS: LinkTerms = {
  permission: "download",
  password: null,
  expires_at: null,
  max_downloads: null,
  note: null,
  slug: null,
  max_upload_bytes: null,
};

/** What `settings` names, as it is kept. `node` is what the link is for, where it is there still. */
async function termsFrom(
  { permission, password, expiresAt, maxDownloads, note, slug, maxUploadBytes }: z.infer<typeof LinkChanges>,
  node: Node | undefined,
  now: number,
): Promise<Partial<LinkTerms>> {
  if (permission === "upload" && node?.type === "file")
    throw new LedgeError("not_a_folder", "files are dropped into a folder");
  if (typeof expiresAt === "number" && expiresAt <= now)
    throw new LedgeError("invalid_request", "expiresAt: must be in the future");
  return {
    ...(permission !== undefined && { permission }),
    ...(password !== undefined && { password: password === null ? null : await hashPassword(password) }),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
    ...(maxDownloads !== undefined && { max_downloads: maxDownloads }),
    ...(note !== undefined && { note }),
    ...(slug !== undefined && { slug }),
    ...(maxUploadBytes !== undefined && { max_upload_bytes: maxUploadBytes }),
  };
}

async function view(c: Context<AppContext>, link: LinkRow): Promise<Link> {
  const token = await shareToken(c.env.AUTH_SECRET, link);
  return {
    id: link.id,
    url: shareUrl(new URL(c.req.url).origin, link.slug, token),
    node: link.node_id,
    permission: link.permission,
    hasPassword: link.password !== null,
    expiresAt: link.expires_at,
    maxDownloads: link.max_downloads,
    note: link.note,
    slug: link.slug,
    maxUploadBytes: link.max_upload_bytes,
    createdAt: link.created_at,
    uses: {
      opened: link.opened,
      downloads: link.downloads,
      received: link.received,
      lastAt: link.last_used_at,
    },
  };
}
