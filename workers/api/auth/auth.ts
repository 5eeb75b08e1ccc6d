import { betterAuth, type BetterAuthOptions } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError } from "better-auth/api";
import { bearer, deviceAuthorization, twoFactor } from "better-auth/plugins";
import { drizzle } from "drizzle-orm/d1";
import { newId } from "../../../protocol/new-id.ts";
import type { Env } from "../../env.ts";
import { isSuspended } from "../../storage/directory-admin.ts";
import { SESSION_EXTEND_AFTER, SESSION_LIFETIME } from "../../storage/directory-identities.ts";
import { maySignUp, readSignUpTerms } from "../../storage/directory-settings.ts";
import * as schema from "../../storage/schema/directory.ts";
import { withDigestedSecrets } from "./digested-secrets.ts";
import { openSession } from "./open-session.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { newRecoveryCodes } from "./recovery-codes.ts";

/** The command line's OAuth client (RFC 8628); a public client, so it has no secret. */
export const DEVICE_CLIENT = "ledge-cli";
export const PASSWORD_LENGTH = { min: 10, max: 128 } as const;
/** How long a sign-in waits for its second factor, seconds. */
const CHALLENGE_LIFETIME = 10 * 60;

export type Auth = ReturnType<typeof makeAuth>;

const instances = new WeakMap<Env, Map<string, Auth>>();
/** A deployment answers at a few origins; a flood of made-up ones must not fill the memory. */
const MAX_ORIGINS = 16;

/** better-auth for this deployment at the origin of `url`: made once an isolate and origin. */
export function authFor(env: Env, url: string): Auth {
  const { origin } = new URL(url);
  const made = instances.get(env) ?? new Map<string, Auth>();
  instances.set(env, made);
  const auth = made.get(origin) ?? makeAuth(env, origin);
  if (made.size >= MAX_ORIGINS) made.clear();
  made.set(origin, auth);
  return auth;
}

function makeAuth(env: Env, origin: string) {
  const adapter = drizzleAdapter(drizzle(env.DIRECTORY), { provider: "sqlite", schema, transaction: false });
  return betterAuth({
    baseURL: origin,
    basePath: "/api/auth",
    secret: env.AUTH_SECRET,
    trustedOrigins: [origin],
    telemetry: { enabled: false },
    // The message only: what comes with it may hold emails and password hashes.
    logger: { level: "error", log: (_level, message) => console.error("better-auth", { message }) },
    // To `callAuth`, which keeps what comes with an error out of the log.
    onAPIError: { throw: true },
    // Ours is global and comes before any work: middleware/attempt-limits.ts.
    rateLimit: { enabled: false },
    database: (options: BetterAuthOptions) => withDigestedSecrets(adapter(options)),
    user: {
      additionalFields: {
        admin: { type: "boolean", defaultValue: false, input: false },
        founder: { type: "number", required: false, input: false, returned: false },
      },
    },
    session: { expiresIn: SESSION_LIFETIME / 1000, updateAge: SESSION_EXTEND_AFTER / 1000 },
    emailAndPassword: {
      enabled: true,
      autoSignIn: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    advanced: {
      useSecureCookies: origin.startsWith("https:"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax" },
      database: { generateId: () => newId() },
      ipAddress: { ipAddressHeaders: ["cf-connecting-ip"] },
    },
    databaseHooks: {
      user: { create: { before: (user) => admit(env, user) } },
      session: { create: { before: ({ userId }) => refuseSuspended(env, userId) } },
    },
    plugins: [
      bearer(),
      deviceAuthorization({
        verificationUri: `${origin}/device`,
        expiresIn: "15m",
        interval: "5s",
        validateClient: (client) => client === DEVICE_CLIENT,
      }),
      twoFactor({
        issuer: `Ledge (${new URL(origin).hostname})`,
        twoFactorCookieMaxAge: CHALLENGE_LIFETIME,
        backupCodeOptions: { storeBackupCodes: "encrypted", customBackupCodesGenerate: newRecoveryCodes },
        // Attempts are charged before any work: middleware/attempt-limits.ts.
        accountLockout: { enabled: false },
      }),
      openSession(),
    ],
  });
}

/**
 * A1, R3: the first account is the administrator, later ones need open sign-up or an invitation. Two that both find nobody
 * both claim `founder`, which is unique in the table: the loser's insert fails, and is tried once more by the route.
 */
async function admit<User extends { readonly email: string }>(env: Env, user: User) {
  const terms = await readSignUpTerms(env, user.email, Date.now());
  if (terms.isFirst) return { data: { ...user, admin: true, founder: 1 } };
  if (!maySignUp(terms)) throw new APIError("FORBIDDEN", { code: "SIGN_UP_CLOSED", message: "sign-up is closed" });
  return { data: { ...user, admin: false } };
}

/**
 * R2: every way in ends in a session being made, after the password, the passkey or the device's code was found good. So
 * only who has one of those is told. The database refuses, too, what is suspended at this very moment.
 */
async function refuseSuspended(env: Env, userId: string): Promise<void> {
  if (await isSuspended(env.DIRECTORY, userId))
    throw new APIError("FORBIDDEN", { code: "SUSPENDED", message: "the account is suspended" });
}
