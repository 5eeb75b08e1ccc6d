import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { SharedSpace, SharedSpaces } from "../../../protocol/members.ts";
import { Name, Node } from "../../../protocol/tree.ts";
import { listSpaces, endSharedFolder, readSpace } from "../../storage/directory-members.ts";
import { listMounts } from "../../storage/shared-folders.ts";
import { authorOf } from "../commit.ts";
import { json } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { router } from "../router.ts";
import { drainUnmounts, ensureMounted, purgeStray } from "../sharing/mounting.ts";
import { unshareOnItsShard } from "../sharing/sharing-on-shard.ts";
import { isThere, lookAt, noSuchSpace, refuseMoving, requireSpace, sharedSpace } from "../sharing/space.ts";
import { later, notifyPeople, record } from "../sharing/tell-people.ts";
import { notify, userSync } from "../user-sync.ts";

const tags = ["people"];
const params = z.object({ folder: Id });

/** Mounts that are purged before unsharing is answered, and after; the cron goes on. */
const PURGED_AT_ONCE = 20;
const PURGED_LATER = 200;

const list = createRoute({
  method: "get",
  path: "/spaces",
  tags,
  summary: "The shared folders that the account owns or is a member of",
  description: "Those that are out of reach, because their owner has them in the trash, are shown to their owner only.",
  middleware: requireScope("read"),
  responses: { 200: json(SharedSpaces, "All of them") },
});

const show = createRoute({
  method: "get",
  path: "/spaces/{folder}",
  tags,
  summary: "A shared folder",
  middleware: requireScope("read"),
  request: { params },
  responses: { 200: json(SharedSpace, "The folder as the asker has it") },
});

const unshare = createRoute({
  method: "delete",
  path: "/spaces/{folder}",
  tags,
  summary: "End all memberships and invitations of a folder",
  description: "For its owner, who keeps the folder and all that is in it.",
  middleware: requireScope("write"),
  request: { params },
  responses: {
    204: { description: "Nobody else has it any more" },
    403: { description: "`forbidden`: for its owner" },
  },
});

const mount = createRoute({
  method: "post",
  path: "/spaces/{folder}/mount",
  tags,
  summary: "Bring a shared folder back into one's own tree",
  description:
    "Where it stands there already, it stays where it is. From the trash it goes where it was, or to `parent`.",
  middleware: requireScope("write"),
  request: {
    params,
    body: {
      required: false,
      content: { "application/json": { schema: z.object({ parent: Id.optional(), name: Name.optional() }) } },
    },
  },
  responses: {
    200: json(Node, "The folder that stands for it"),
    404: { description: "`not_found`, `parent_not_found`" },
    409: { description: "`mount_in_shared`, `not_a_folder`, `too_deep`" },
  },
});

export const sharedSpaceRoutes = router()
  .openapi(list, async (c) => {
    const { home, caller } = c.var;
    const rows = await listSpaces(c.env.DIRECTORY, caller.userId);
    const [spaces, mounts] = await Promise.all([lookAt(c.env, rows), listMounts(home.shard, home.spaceId)]);
    const used = new Set(rows.map(({ mount_id }) => mount_id));
    // The mount of who gives a folder away is there before the membership is (M13).
    const moving = new Set(rows.filter(({ is_moving }) => is_moving).map(({ folder_id }) => folder_id));
    const stray = mounts.filter(({ id, folder }) => !used.has(id) && !moving.has(folder)).map(({ id }) => id);
    if (stray.length > 0) later(c, "mounts were not purged", () => purgeStray(c.env, home, stray));
    const live = new Set(mounts.filter(({ reach }) => reach === "live").map(({ id }) => id));
    const shown = spaces.filter(isThere).map((space) => {
      const { mount_id: id } = space.row;
      return sharedSpace(space, id !== null && live.has(id) ? id : null);
    });
    return c.json({ spaces: shown }, 200);
  })
  .openapi(show, async (c) => {
    const { home } = c.var;
    const space = await requireSpace(c, c.req.valid("param").folder);
    const mounts = space.row.mount_id === null ? [] : await listMounts(home.shard, home.spaceId);
    const mount = mounts.find(({ id, reach }) => id === space.row.mount_id && reach === "live");
    return c.json(sharedSpace(space, mount?.id ?? null), 200);
  })
  .openapi(unshare, async (c) => {
    const { folder } = c.req.valid("param");
    const { home, caller, env } = { ...c.var, env: c.env };
    const row = await readSpace(env.DIRECTORY, folder, caller.userId);
    // Where an unsharing was cut off, the shard is still to be told: of the caller's own space only.
    const own = { folderId: folder, ownerId: caller.userId, shard: home.shard.name, spaceId: home.spaceId };
    if (!row) await unshareOnItsShard(env, own);
    if (!row) throw noSuchSpace();
    if (row.role !== "owner") throw new LedgeError("forbidden", "only its owner unshares a folder");
    refuseMoving(row);
    const ended = await endSharedFolder(env.DIRECTORY, row.space_id, folder);
    if (!ended) refuseMoving(await readSpace(env.DIRECTORY, folder, caller.userId));
    await unshareOnItsShard(env, { ...own, shard: row.shard, spaceId: row.space_id });
    await drainUnmounts(env, PURGED_AT_ONCE, folder);
    await record(c, row, "unshare", [null]);
    later(c, "mounts were not purged", () => drainUnmounts(env, PURGED_LATER, folder));
    later(c, "members were not told", () => userSync(env, home.ownerId).endWatching(folder, null));
    notifyPeople(c, ended?.members ?? [], { kind: "unshared", subject: { kind: "space", id: folder, name: row.name } });
    notify(c, "spaces");
    return c.body(null, 204);
  })
  .openapi(mount, async (c) => {
    const { home, caller, env } = { ...c.var, env: c.env };
    const { parent = null, name } = c.req.valid("json") ?? {};
    const { row, look } = await requireSpace(c, c.req.valid("param").folder);
    if (row.role === "owner") throw new LedgeError("forbidden", "the folder is in its owner's tree already");
    const mounting = {
      folderId: row.folder_id,
      accountId: caller.userId,
      mountId: row.mount_id,
      parent,
      name: name ?? look.name,
    };
    const node = await ensureMounted(env, home, mounting, authorOf(caller));
    notify(c, "spaces");
    return c.json(node, 200);
  });
