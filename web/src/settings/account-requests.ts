import { queryOptions } from "@tanstack/react-query";
import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON } from "@simplewebauthn/browser";
import type { Account } from "../../../client/api.ts";
import { api } from "../session/api.ts";

/** What the settings ask of the server. What takes a password is sent once: another time would count as another attempt. */

export interface Session {
  readonly id: string;
  readonly current: boolean;
  /** ISO 8601, as all times here. */
  readonly createdAt: string;
  /** To the day. */
  readonly lastUsedAt: string;
  readonly userAgent: string | null;
  readonly ipAddress: string | null;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  /** Whether it is synced to the person's other devices. */
  readonly backedUp: boolean;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

export type Scope = "read" | "write";

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  /** To the hour. */
  readonly lastUsedAt: string | null;
}

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: async ({ signal }) =>
    (await api.http.json<{ sessions: Session[] }>({ path: "/account/sessions", signal })).sessions,
});

export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: ({ signal }) => api.devices(signal),
});

export const passkeysQuery = queryOptions({
  queryKey: ["passkeys"],
  queryFn: async ({ signal }) =>
    (await api.http.json<{ passkeys: Passkey[] }>({ path: "/auth/passkeys", signal })).passkeys,
});

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: async ({ signal }) => (await api.http.json<{ tokens: Token[] }>({ path: "/account/tokens", signal })).tokens,
});

export const twoFactorQuery = queryOptions({
  queryKey: ["two-factor"],
  queryFn: ({ signal }) =>
    api.http.json<{ enabled: boolean; recoveryCodesLeft: number }>({ path: "/auth/two-factor", signal }),
});

export const usageQuery = queryOptions({
  queryKey: ["usage"],
  queryFn: ({ signal }) => api.usage(signal),
});

export const serverQuery = queryOptions({
  queryKey: ["server"],
  queryFn: async ({ signal }) => {
    const [health, limits] = await Promise.all([
      api.http.json<{ version: string }>({ path: "/health", signal }),
      api.limits(signal),
    ]);
    return { version: health.version, limits };
  },
});

function post<T>(path: string, json: object): Promise<T> {
  return api.http.json({ method: "POST", path, json, repeatable: false });
}

export function changeName(name: string): Promise<Account> {
  return api.http.json({ method: "PATCH", path: "/account", json: { name } });
}

export function changeEmail(email: string, password: string): Promise<Account> {
  return post("/account/email", { email, password });
}

/** Has the mail sent again by which the email is confirmed. */
export async function askToVerifyEmail(): Promise<void> {
  await api.http.json({ method: "POST", path: "/account/verify-email", repeatable: false });
}

export async function changePassword(
  currentPassword: string,
  newPassword: string,
  revokeOtherSessions: boolean,
): Promise<void> {
  await post("/auth/change-password", { currentPassword, newPassword, revokeOtherSessions });
}

export interface TwoFactorStart {
  /** For an authenticator; as a QR code. */
  readonly totpUri: string;
  readonly recoveryCodes: readonly string[];
}

/** Nothing changes until `confirmTwoFactor`. */
export function beginTwoFactor(password: string): Promise<TwoFactorStart> {
  return post("/auth/two-factor/enable", { password });
}

export async function confirmTwoFactor(code: string): Promise<void> {
  await post("/auth/two-factor/verify", { code });
}

export async function disableTwoFactor(password: string): Promise<void> {
  await post("/auth/two-factor/disable", { password });
}

/** Replaces all that there are. */
export async function newRecoveryCodes(password: string): Promise<readonly string[]> {
  return (await post<{ recoveryCodes: string[] }>("/auth/two-factor/recovery-codes", { password })).recoveryCodes;
}

/** @param password - Needed where the session is older than a day: `session_not_fresh`. */
export async function passkeyOptions(password: string | undefined): Promise<PublicKeyCredentialCreationOptionsJSON> {
  type Answer = { options: PublicKeyCredentialCreationOptionsJSON };
  return (await post<Answer>("/auth/passkeys/options", { password })).options;
}

/** @param name - Undefined: the authenticator's. */
export function keepPasskey(credential: RegistrationResponseJSON, name: string | undefined): Promise<Passkey> {
  return post("/auth/passkeys", { credential, name });
}

export async function renamePasskey(id: string, name: string): Promise<void> {
  await api.http.json({ method: "PATCH", path: `/auth/passkeys/${id}`, json: { name } });
}

export async function removePasskey(id: string): Promise<void> {
  await api.http.json({ method: "DELETE", path: `/auth/passkeys/${id}` });
}

export async function endSession(id: string): Promise<void> {
  await api.http.json({ method: "DELETE", path: `/account/sessions/${id}` });
}

/** @param expiresAt - ISO 8601; null: never. */
export function makeToken(
  name: string,
  scopes: readonly Scope[],
  expiresAt: string | null,
): Promise<Token & { token: string }> {
  return post("/account/tokens", { name, scopes, expiresAt });
}

export async function deleteToken(id: string): Promise<void> {
  await api.http.json({ method: "DELETE", path: `/account/tokens/${id}` });
}
