import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { DisplayName } from "../../../protocol/display-name.ts";
import { Id } from "../../../protocol/ids.ts";
import { Device } from "../../../protocol/push.ts";
import { revokeSessions } from "../../storage/directory-sessions.ts";
import type { DeviceState } from "../../sync-do/push.ts";
import type { Caller } from "../context.ts";
import { json, jsonBody } from "../json-response.ts";
import { requireScope, requireSession } from "../middleware/authenticate.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { router } from "../router.ts";
import { disconnectAround, userSync } from "../user-sync.ts";

const tags = ["devices"];
const params = z.object({ id: Id });

function view({ credential, via: _via, ...device }: DeviceState, caller: Caller): Device {
  return { ...device, current: credential === caller.credentialId };
}

export const deviceListRoutes = router();

deviceListRoutes.openapi(
  createRoute({
    method: "get",
    path: "/devices",
    tags,
    summary: "The devices that sync this account, last seen first",
    description: "Of those that are not connected, the 100 last seen ones at most are remembered.",
    middleware: [requireScope("read")] as const,
    responses: { 200: json(z.object({ devices: z.array(Device) }), "Without the revoked ones") },
  }),
  async (c) => {
    const { caller } = c.var;
    const devices = await userSync(c.env, caller.userId).devices();
    return c.json({ devices: devices.map((device) => view(device, caller)) }, 200);
  },
);

deviceListRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/devices/{id}",
    tags,
    summary: "Name a device",
    description: "The name holds until the device calls itself by another name than before.",
    middleware: [limitBody(16 * 1024), requireSession()] as const,
    request: { params, body: jsonBody(z.object({ name: DisplayName })) },
    responses: { 200: json(Device, "The device") },
  }),
  async (c) => {
    const { caller } = c.var;
    const device = await userSync(c.env, caller.userId).renameDevice(c.req.valid("param").id, c.req.valid("json").name);
    if (device === null) throw new LedgeError("not_found");
    return c.json(view(device, caller), 200);
  },
);

deviceListRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/devices/{id}",
    tags,
    summary: "Revoke a device",
    description:
      "Its sockets are closed, it can subscribe no more, and the sessions that it subscribed with (the last nine) are " +
      "ended, on whichever devices they are used. A personal access token is not deleted: delete it where the device should read no " +
      "more. What the device has on its disk stays there.",
    middleware: [requireSession()] as const,
    request: { params },
    responses: { 204: { description: "Revoked, now or before" } },
  }),
  async (c) => {
    const { userId } = c.var.caller;
    const sessions = await userSync(c.env, userId).revokeDevice(c.req.valid("param").id);
    if (sessions === null) throw new LedgeError("not_found");
    await disconnectAround(c.env, userId, sessions, () => revokeSessions(c.env.DIRECTORY, userId, sessions));
    return c.body(null, 204);
  },
);
