import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { LedgeError } from "../../../protocol/errors.ts";
import type { Env } from "../../env.ts";
import { findPasskey, listPasskeyHints, usePasskey, type PasskeyKey } from "../../storage/directory-passkeys.ts";
import type { Caller } from "../context.ts";
import { isOurs, newChallenge, spendChallenge, type Purpose } from "./passkey-challenge.ts";

/**
 * Passkeys (W3C Web Authentication Level 3) by @simplewebauthn/server. They are discoverable, so that nobody types an
 * email, and verify their user (a finger, a face, a PIN): having one and being its user are two factors.
 */

/** ES256, EdDSA, RS256 (COSE): what authenticators can do. */
const ALGORITHMS = [-7, -8, -257];

/** Whether browsers take the address's host for one that passkeys belong to: a name, reached securely. */
export function canHavePasskeys(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  const isLocal = hostname === "localhost" || hostname.endsWith(".localhost");
  const isAddress = hostname.startsWith("[") || /^[\d.]+$/.test(hostname);
  return isLocal || (protocol === "https:" && !isAddress);
}

/** What a browser makes a passkey by (`PublicKeyCredentialCreationOptionsJSON`). */
export async function registrationOptions(env: Env, url: string, { userId, email, name }: Caller, now: number) {
  const held = await listPasskeyHints(env.DIRECTORY, userId);
  return generateRegistrationOptions({
    rpName: "Ledge",
    rpID: new URL(url).hostname,
    // One handle an account: an authenticator then keeps one passkey of it, and takes a new one in its place.
    userID: Uint8Array.from(new TextEncoder().encode(userId)),
    userName: email,
    userDisplayName: name,
    challenge: await newChallenge(env, `register:${userId}`, now),
    attestationType: "none",
    excludeCredentials: held.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    supportedAlgorithmIDs: ALGORITHMS,
  });
}

/** What a browser signs in by (`PublicKeyCredentialRequestOptionsJSON`): no credential is named, the person chooses. */
export async function signInOptions(env: Env, url: string, now: number) {
  return generateAuthenticationOptions({
    rpID: new URL(url).hostname,
    challenge: await newChallenge(env, "sign-in", now),
    userVerification: "required",
  });
}

/** A new passkey, checked; not kept yet. */
export interface NewPasskey {
  readonly key: Omit<PasskeyKey, "id" | "userId">;
  readonly backedUp: boolean;
  readonly aaguid: string;
}

/** @throws LedgeError `invalid_passkey` */
export async function checkRegistration(
  env: Env,
  url: string,
  userId: string,
  response: RegistrationResponseJSON,
  now: number,
): Promise<NewPasskey> {
  const { verified, registrationInfo: made } = await orInvalid(() =>
    verifyRegistrationResponse({
      response,
      ...expectations(env, url, `register:${userId}`, now),
      supportedAlgorithmIDs: ALGORITHMS,
    }),
  );
  if (!verified || !(await spendChallenge(env, challengeIn(response), now))) throw new LedgeError("invalid_passkey");
  const { id: credentialId, publicKey, counter } = made.credential;
  const transports = (response.response.transports ?? []).filter((name) => /^[a-z-]{1,32}$/.test(name));
  return {
    key: { credentialId, publicKey: Uint8Array.from(publicKey), counter, transports },
    backedUp: made.credentialBackedUp,
    aaguid: made.aaguid,
  };
}

/**
 * Whose passkey answered; its use is written down.
 *
 * @throws LedgeError `invalid_passkey`, whatever is wrong
 */
export async function checkSignIn(
  env: Env,
  url: string,
  response: AuthenticationResponseJSON,
  now: number,
): Promise<string> {
  const passkey = await findPasskey(env.DIRECTORY, response.id);
  if (!passkey) throw new LedgeError("invalid_passkey");
  const handle = response.response.userHandle;
  if (handle !== undefined && Buffer.from(handle, "base64url").toString() !== passkey.userId)
    throw new LedgeError("invalid_passkey");
  const { verified, authenticationInfo } = await orInvalid(() =>
    verifyAuthenticationResponse({
      response,
      ...expectations(env, url, "sign-in", now),
      credential: {
        id: passkey.credentialId,
        publicKey: passkey.publicKey,
        counter: passkey.counter,
        transports: passkey.transports,
      },
    }),
  );
  if (!verified || !(await spendChallenge(env, challengeIn(response), now))) throw new LedgeError("invalid_passkey");
  const { newCounter, credentialBackedUp } = authenticationInfo;
  if (!(await usePasskey(env.DIRECTORY, passkey.id, newCounter, credentialBackedUp, now)))
    throw new LedgeError("invalid_passkey");
  return passkey.userId;
}

function expectations(env: Env, url: string, purpose: Purpose, now: number) {
  const { origin, hostname } = new URL(url);
  return {
    expectedOrigin: origin,
    expectedRPID: hostname,
    expectedChallenge: (challenge: string) => isOurs(env, purpose, challenge, now),
    requireUserVerification: true,
  };
}

/** The challenge that was answered; to be asked of verified answers only. */
function challengeIn({ response }: RegistrationResponseJSON | AuthenticationResponseJSON): string {
  const clientData = JSON.parse(Buffer.from(response.clientDataJSON, "base64url").toString()) as { challenge: string };
  return clientData.challenge;
}

/** The library throws at whatever it finds wrong with an answer. */
async function orInvalid<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (error) {
    throw new LedgeError("invalid_passkey", error instanceof Error ? error.message : undefined);
  }
}
