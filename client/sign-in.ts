import { LedgeError } from "../protocol/errors.ts";
import { HttpError } from "./http-errors.ts";
import type { HttpClient } from "./http.ts";
import type { Clock } from "./ports/clock.ts";

export interface SignedIn {
  /** The session's bearer token. */
  readonly token: string;
  readonly user: { readonly id: string; readonly email: string; readonly name: string };
}

/** A sign-in whose password was right, and which waits for its second factor, ten minutes at most. */
export interface SecondFactorNeeded {
  readonly twoFactor: true;
  /** Says which sign-in goes on; a credential of its own it is not. */
  readonly challenge: string;
}

/** Rejects with `unauthenticated` for a wrong email or password alike. */
export function signIn(http: HttpClient, email: string, password: string): Promise<SignedIn | SecondFactorNeeded> {
  return http.json({ method: "POST", path: "/auth/sign-in/email", json: { email, password } });
}

/**
 * Goes on with a sign-in, by a code of the authenticator's (six digits, spaces or not) or by a recovery code.
 * Rejects with `invalid_code`, or with `challenge_expired` where only signing in anew helps.
 */
export function finishSignIn(http: HttpClient, { challenge }: SecondFactorNeeded, code: string): Promise<SignedIn> {
  const path = /^[\d\s]*$/.test(code) ? "/auth/two-factor/verify" : "/auth/two-factor/recovery";
  return http.json({ method: "POST", path, json: { challenge, code }, repeatable: false });
}

export function signUp(http: HttpClient, email: string, password: string, name: string): Promise<SignedIn> {
  const json = { email, password, name };
  return http.json({ method: "POST", path: "/auth/sign-up/email", json, repeatable: false });
}

export async function signOut(http: HttpClient): Promise<void> {
  await http.json({ method: "POST", path: "/auth/sign-out", json: {} });
}

/** RFC 6749's `error`, which travels as a member of the problem document. */
function oauthCode(error: unknown): unknown {
  if (error instanceof LedgeError) return error.extra["error"];
  return error instanceof HttpError ? error.code : undefined;
}

const CLIENT_ID = "ledge-cli";
const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";

/** What the person types and where; see RFC 8628, section 3.2. Times are in seconds. */
export interface DeviceCode {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete?: string;
  readonly expires_in: number;
  readonly interval?: number;
}

export function beginDeviceSignIn(http: HttpClient): Promise<DeviceCode> {
  return http.json({ method: "POST", path: "/auth/device/code", json: { client_id: CLIENT_ID } });
}

/**
 * Asks until the person has approved; answers the bearer token. Rejects with the server's error where the person refused
 * or did not answer in time (RFC 8628, section 3.5).
 */
export async function finishDeviceSignIn(
  http: HttpClient,
  device: DeviceCode,
  clock: Clock,
  signal?: AbortSignal,
): Promise<string> {
  const json = { grant_type: GRANT_TYPE, device_code: device.device_code, client_id: CLIENT_ID };
  for (let interval = device.interval ?? 5; ;) {
    await clock.sleep(interval * 1000, signal);
    try {
      const answer = await http.json<{ access_token: string }>({
        method: "POST",
        path: "/auth/device/token",
        json,
        signal,
      });
      return answer.access_token;
    } catch (error) {
      const code = oauthCode(error);
      if (code === "slow_down") interval += 5;
      else if (code !== "authorization_pending") throw error;
    }
  }
}
