import { createRoute, z } from "@hono/zod-openapi";
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { DisplayName } from "../../../protocol/display-name.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { newId } from "../../../protocol/new-id.ts";
import {
  addPasskey,
  listPasskeys,
  MAX_PASSKEYS,
  removePasskey,
  renamePasskey,
  type PasskeyInfo,
} from "../../storage/directory-passkeys.ts";
import { authFor, PASSWORD_LENGTH } from "../auth/auth.ts";
import { authenticatorName } from "../auth/authenticators.ts";
import { authHeaders, beganIn, withOurErrors } from "../auth/forward.ts";
import { requireFresh } from "../auth/fresh-session.ts";
import { checkRegistration, checkSignIn, registrationOptions, signInOptions } from "../auth/passkey-ceremonies.ts";
import { SignedIn, signedIn } from "../auth/sign-in-answers.ts";
import { json, jsonBody } from "../json-response.ts";
import { chargeAttempts } from "../middleware/attempt-limits.ts";
import { requireSession } from "../middleware/authenticate.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { refuseOtherOrigins } from "../middleware/own-origin.ts";
import { router } from "../router.ts";

/** An attestation may come with certificates. */
const MAX_BODY_BYTES = 64 * 1024;

const Passkey = z
  .object({
    id: z.string(),
    name: z.string(),
    backedUp: z.boolean().meta({ description: "Whether it is synced to the person's other devices" }),
    aaguid: z.string().meta({ description: "The authenticator's model; all zeros where it does not say" }),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .openapi("Passkey");

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]+=*$/, "is not base64url");
const credential = {
  id: Base64Url.max(2048),
  rawId: Base64Url.max(2048),
  type: z.literal("public-key"),
  clientExtensionResults: z.object({}).default({}),
  authenticatorAttachment: z.enum(["platform", "cross-platform"]).optional(),
};
const Registration = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: Base64Url,
      attestationObject: Base64Url,
      transports: z.array(z.string()).max(16).optional(),
    }),
  })
  .openapi("PasskeyRegistration", { description: "`RegistrationResponseJSON` of Web Authentication Level 3" });
const Assertion = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: Base64Url,
      authenticatorData: Base64Url,
      signature: Base64Url,
      userHandle: Base64Url.optional(),
    }),
  })
  .openapi("PasskeyAssertion", { description: "`AuthenticationResponseJSON` of Web Authentication Level 3" });
/** As the browser takes it, good for five minutes. */
const options = <Type>(name: string) =>
  z.object({
    options: z.custom<Type>().openapi({ type: "object", description: `\`${name}\` of Web Authentication Level 3` }),
  });

const tags = ["auth"];
const params = z.object({ id: Id });
const time = (ms: number) => new Date(ms).toISOString();

function view(info: PasskeyInfo): z.infer<typeof Passkey> {
  const { createdAt, lastUsedAt } = info;
  return { ...info, createdAt: time(createdAt), lastUsedAt: lastUsedAt === null ? null : time(lastUsedAt) };
}

export const passkeyRoutes = router();

passkeyRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/passkeys/sign-in/options",
    security: [],
    tags,
    summary: "Begin a sign-in with a passkey",
    middleware: [limitBody(MAX_BODY_BYTES), refuseOtherOrigins()],
    responses: {
      200: json(
        options<PublicKeyCredentialRequestOptionsJSON>("PublicKeyCredentialRequestOptionsJSON"),
        "What to ask the browser for; no credential is named, so that any page can offer it",
      ),
    },
  }),
  async (c) => {
    c.header("cache-control", "no-store");
    return c.json({ options: await signInOptions(c.env, c.req.url, Date.now()) }, 200);
  },
);

passkeyRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/passkeys/sign-in",
    security: [],
    tags,
    summary: "Sign in with a passkey; no second factor is asked for, as a passkey verifies its user",
    middleware: [limitBody(MAX_BODY_BYTES), refuseOtherOrigins()],
    request: { body: jsonBody(z.object({ credential: Assertion, rememberMe: z.boolean().default(true) })) },
    responses: { 200: json(SignedIn, "Signed in") },
  }),
  async (c) => {
    await chargeAttempts(c, "passkey");
    const { credential: asserted, rememberMe } = c.req.valid("json");
    const userId = await checkSignIn(c.env, c.req.url, asserted as AuthenticationResponseJSON, Date.now());
    const { openSession } = authFor(c.env, c.req.url).api;
    const began = await withOurErrors(() =>
      openSession({ body: { userId, rememberMe }, headers: authHeaders(c), returnHeaders: true }),
    );
    return c.json(signedIn(c, { body: began.response, ...beganIn(began.headers) }), 200);
  },
);

passkeyRoutes.openapi(
  createRoute({
    method: "get",
    path: "/auth/passkeys",
    tags,
    summary: "The account's passkeys",
    middleware: [requireSession()] as const,
    responses: { 200: json(z.object({ passkeys: z.array(Passkey) }), "Newest first") },
  }),
  async (c) => c.json({ passkeys: (await listPasskeys(c.env.DIRECTORY, c.var.caller.userId)).map(view) }, 200),
);

passkeyRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/passkeys/options",
    tags,
    summary: "Begin to make a passkey",
    description: "Takes a session of the last 24 hours, or the password.",
    middleware: [limitBody(MAX_BODY_BYTES), requireSession()] as const,
    request: { body: jsonBody(z.object({ password: z.string().min(1).max(PASSWORD_LENGTH.max).optional() })) },
    responses: {
      200: json(
        options<PublicKeyCredentialCreationOptionsJSON>("PublicKeyCredentialCreationOptionsJSON"),
        "What to ask the browser for",
      ),
    },
  }),
  async (c) => {
    await requireFresh(c, c.req.valid("json").password);
    return c.json({ options: await registrationOptions(c.env, c.req.url, c.var.caller, Date.now()) }, 200);
  },
);

passkeyRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/passkeys",
    tags,
    summary: "Keep the passkey that the browser made",
    middleware: [limitBody(MAX_BODY_BYTES), requireSession()] as const,
    request: {
      body: jsonBody(
        z.object({
          credential: Registration,
          name: DisplayName.optional().meta({ description: "The authenticator's, where it is left out" }),
        }),
      ),
    },
    responses: { 201: json(Passkey, "Kept") },
  }),
  async (c) => {
    const { credential: registered, name } = c.req.valid("json");
    const { userId } = c.var.caller;
    const now = Date.now();
    const { key, backedUp, aaguid } = await checkRegistration(
      c.env,
      c.req.url,
      userId,
      registered as RegistrationResponseJSON,
      now,
    );
    const id = newId(now);
    const info = { id, name: name ?? authenticatorName(aaguid), backedUp, aaguid, createdAt: now, lastUsedAt: null };
    if (!(await addPasskey(c.env.DIRECTORY, { ...key, id, userId }, info))) {
      throw new LedgeError("forbidden", `an account holds at most ${MAX_PASSKEYS} passkeys, and each only once`);
    }
    return c.json(view(info), 201);
  },
);

passkeyRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/auth/passkeys/{id}",
    tags,
    summary: "Rename a passkey",
    middleware: [limitBody(MAX_BODY_BYTES), requireSession()] as const,
    request: { params, body: jsonBody(z.object({ name: DisplayName })) },
    responses: { 204: { description: "Renamed" } },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const { name } = c.req.valid("json");
    if (!(await renamePasskey(c.env.DIRECTORY, c.var.caller.userId, id, name))) throw new LedgeError("not_found");
    return c.body(null, 204);
  },
);

passkeyRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/auth/passkeys/{id}",
    tags,
    summary: "Delete a passkey: it signs nobody in any more; sessions stay",
    middleware: [requireSession()] as const,
    request: { params },
    responses: { 204: { description: "Deleted" } },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    if (!(await removePasskey(c.env.DIRECTORY, c.var.caller.userId, id))) throw new LedgeError("not_found");
    return c.body(null, 204);
  },
);
