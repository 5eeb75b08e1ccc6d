import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  WebAuthnAbortService,
  WebAuthnError,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { beginPasskey, endPasskey, type SignedIn } from "./auth-requests.ts";

/** Whether passkeys can be used at this address: browsers bind them to a name, never to a number. */
export function canUsePasskeys(): boolean {
  return browserSupportsWebAuthn() && !/^[\d.]+$|^\[/.test(location.hostname);
}

/** Whether the browser offers passkeys where the email is typed. */
export async function canOfferPasskeys(): Promise<boolean> {
  return canUsePasskeys() && (await browserSupportsWebAuthnAutofill());
}

/**
 * Signs in with a passkey. @param offered - Wait until one is chosen where the email is typed, in place of a dialog.
 * Resolves to null where the person did not go through with it.
 */
export async function signInWithPasskey(offered: boolean): Promise<SignedIn | null> {
  const { options } = await beginPasskey<PublicKeyCredentialRequestOptionsJSON>();
  try {
    const credential = await startAuthentication({ optionsJSON: options, useBrowserAutofill: offered });
    return await endPasskey(credential);
  } catch (error) {
    if (isGivenUp(error)) return null;
    throw error;
  }
}

/** Ends a wait for a choice. */
export function stopWaitingForPasskey(): void {
  WebAuthnAbortService.cancelCeremony();
}

function isGivenUp(error: unknown): boolean {
  if (error instanceof WebAuthnError && error.code === "ERROR_CEREMONY_ABORTED") return true;
  return error instanceof Error && (error.name === "AbortError" || error.name === "NotAllowedError");
}
