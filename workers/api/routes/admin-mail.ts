import { createRoute, z } from "@hono/zod-openapi";
import { Id } from "../../../protocol/ids.ts";
import { mailOf } from "../../mail/mail.ts";
import { listUnsent } from "../../storage/directory-outbox.ts";
import { json } from "../json-response.ts";
import { requireAdministrator } from "../middleware/authenticate.ts";
import { router } from "../router.ts";

const PAGE = 100;

const UnsentMail = z
  .object({
    id: Id,
    kind: z.string().meta({ description: "`resetPassword`, `verifyEmail`, `invitation` or `received`" }),
    recipient: z.string(),
    createdAt: z.number().int().meta({ description: "ms since 1970, as all times here" }),
    attempts: z.number().int(),
    nextAt: z.number().int().nullable().meta({ description: "When it is tried again; null: never" }),
    error: z.string(),
  })
  .openapi("UnsentMail");

const AdminMail = z
  .object({
    via: z.enum(["cloudflare", "kept"]).nullable().meta({ description: "Where mail goes; null: there is none" }),
    unsent: z.array(UnsentMail).meta({ description: "What could not be sent so far, newest first" }),
    next: Id.nullable().meta({ description: "For `before`, where there is more" }),
  })
  .openapi("AdminMail");

export const adminMailRoutes = router();

adminMailRoutes.openapi(
  createRoute({
    method: "get",
    path: "/admin/mail",
    tags: ["administration"],
    summary: "Mail that could not be sent, and why; nothing of what it says",
    middleware: [requireAdministrator()] as const,
    request: { query: z.object({ before: Id.optional() }) },
    responses: { 200: json(AdminMail, "One page") },
  }),
  async (c) => {
    const found = await listUnsent(c.env.DIRECTORY, c.req.valid("query").before, PAGE + 1);
    const unsent = found.slice(0, PAGE);
    const next = found.length > PAGE ? (unsent.at(-1)?.id ?? null) : null;
    return c.json({ via: mailOf(c.env), unsent, next }, 200);
  },
);
