import { createRoute } from "@hono/zod-openapi";
import { ServerSettings, SettingChanges } from "../../../protocol/admin.ts";
import { changeSignUp, readSettings } from "../../storage/directory-settings.ts";
import { requireFresh } from "../auth/fresh-session.ts";
import { json, jsonBody } from "../json-response.ts";
import { requireAdministrator } from "../middleware/authenticate.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { router } from "../router.ts";

const tags = ["administration"];

const show = createRoute({
  method: "get",
  path: "/admin/settings",
  tags,
  summary: "What is set for the whole server",
  description: "For the administrator only.",
  middleware: requireAdministrator(),
  responses: { 200: json(ServerSettings, "The settings") },
});

const change = createRoute({
  method: "patch",
  path: "/admin/settings",
  tags,
  summary: "Change who may sign up",
  description:
    "Holds from the next sign-up on, without a deployment. Takes a session of the last 24 hours, or the caller's " +
    "password. For the administrator only.",
  middleware: [limitBody(16 * 1024), requireAdministrator()] as const,
  request: { body: jsonBody(SettingChanges) },
  responses: { 200: json(ServerSettings, "The settings as they are now") },
});

/** Settings of the server (R3). */
export const adminSettingRoutes = router()
  .openapi(show, async (c) => c.json(await readSettings(c.env), 200))
  .openapi(change, async (c) => {
    const { signUp, password } = c.req.valid("json");
    await requireFresh(c, password);
    if (signUp !== undefined) await changeSignUp(c.env.DIRECTORY, c.var.caller, signUp, Date.now());
    return c.json(await readSettings(c.env), 200);
  });
