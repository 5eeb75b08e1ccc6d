import { createRoute, z } from "@hono/zod-openapi";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { listSessions, revokeSessions } from "../../storage/directory-sessions.ts";
import { requireSession } from "../middleware/authenticate.ts";
import { router } from "../router.ts";
import { disconnectAround } from "../user-sync.ts";

const Session = z
  .object({
    id: z.string(),
    current: z.boolean().meta({ description: "Whether the request was made with it" }),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().meta({ description: "To the day" }),
    expiresAt: z.iso.datetime(),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
  })
  .openapi("Session");

const tags = ["account"];
const middleware = [requireSession()];
const time = (ms: number) => new Date(ms).toISOString();

export const sessionRoutes = router();

sessionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/account/sessions",
    tags,
    summary: "Where the account is signed in",
    middleware,
    responses: {
      200: {
        description: "Live sessions, newest first",
        content: { "application/json": { schema: z.object({ sessions: z.array(Session) }) } },
      },
    },
  }),
  async (c) => {
    const { userId, credentialId } = c.var.caller;
    const found = await listSessions(c.env.DIRECTORY, userId, Date.now());
    const sessions = found.map((session) => ({
      ...session,
      current: session.id === credentialId,
      createdAt: time(session.createdAt),
      lastUsedAt: time(session.lastUsedAt),
      expiresAt: time(session.expiresAt),
    }));
    return c.json({ sessions }, 200);
  },
);

sessionRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/account/sessions/{id}",
    tags,
    summary: "Sign a device out",
    middleware,
    request: { params: z.object({ id: Id }) },
    responses: { 204: { description: "It is refused from its next request on, and its sockets are closed" } },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const { userId } = c.var.caller;
    const ended = await disconnectAround(c.env, userId, [id], () => revokeSessions(c.env.DIRECTORY, userId, [id]));
    if (ended === 0) throw new LedgeError("not_found");
    return c.body(null, 204);
  },
);
