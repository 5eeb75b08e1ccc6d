import { queryOptions } from "@tanstack/react-query";
import { api } from "../session/api.ts";

/** What the ways in ask of the server. None is repeated by itself where that would count as a second attempt. */

interface AuthOptions {
  /** `first`: nobody has an account yet. */
  readonly signUp: "open" | "invitation" | "closed" | "first";
  readonly passkeys: boolean;
  /** Whether the server sends mail. */
  readonly mail: boolean;
  readonly passwordLength: { readonly min: number; readonly max: number };
}

export const authOptionsQuery = queryOptions({
  queryKey: ["auth-options"],
  queryFn: ({ signal }): Promise<AuthOptions> => api.http.json({ path: "/auth/options", signal }),
});

export interface SignedIn {
  readonly user: { readonly id: string };
}

/** What a password opens: the account, or the question for a second factor. */
export type SignInAnswer = SignedIn | { readonly twoFactor: true };

function post<T>(path: string, json: object): Promise<T> {
  return api.http.json({ method: "POST", path: `/auth${path}`, json, repeatable: false });
}

export function signIn(email: string, password: string): Promise<SignInAnswer> {
  return post("/sign-in/email", { email, password, rememberMe: true });
}

export function signUp(name: string, email: string, password: string): Promise<SignedIn> {
  return post("/sign-up/email", { name, email, password });
}

/** Has a mail sent that leads to a new password, where an account has that email. */
export async function askForPassword(email: string): Promise<void> {
  await api.http.json({ method: "POST", path: "/auth/forgot-password", json: { email }, repeatable: false });
}

/** Ends all sessions; resolves to the account's email. */
export async function resetPassword(token: string, password: string): Promise<string> {
  return (await post<{ email: string }>("/reset-password", { token, password })).email;
}

/** Resolves to the email that is confirmed by it. */
export async function verifyEmail(token: string): Promise<string> {
  return (await post<{ email: string }>("/verify-email", { token })).email;
}

export function verifyCode(code: string, trustDevice: boolean): Promise<SignedIn> {
  return post("/two-factor/verify", { code, trustDevice });
}

export function verifyRecoveryCode(code: string, trustDevice: boolean): Promise<SignedIn> {
  return post("/two-factor/recovery", { code, trustDevice });
}

/** What to ask the browser for; good for five minutes. */
export function beginPasskey<Options>(): Promise<{ options: Options }> {
  return post("/passkeys/sign-in/options", {});
}

export function endPasskey(credential: object): Promise<SignedIn> {
  return post("/passkeys/sign-in", { credential });
}

interface DeviceStatus {
  readonly user_code: string;
  readonly status: "pending" | "approved" | "denied";
  readonly client_id?: string;
}

/** Binds the code to this account, to be decided on next. */
export function claimDevice(userCode: string): Promise<DeviceStatus> {
  return api.http.json({ path: "/auth/device", query: { user_code: userCode }, repeatable: false });
}

export function decideOnDevice(userCode: string, decision: "approve" | "deny"): Promise<unknown> {
  return post(`/device/${decision}`, { userCode });
}
