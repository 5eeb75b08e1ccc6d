import { startRegistration } from "@simplewebauthn/browser";
import { strings } from "../strings/settings.ts";
import { errorText } from "../ui/error-text.ts";
import { keepPasskey, passkeyOptions, type Passkey } from "./account-requests.ts";

/**
 * Lets the browser make a passkey, and the server keep it.
 *
 * @param name - Empty: the authenticator's.
 * @param password - Needed where the session is older than a day: rejects with `session_not_fresh`.
 */
export async function makePasskey(name: string, password: string | undefined): Promise<Passkey> {
  const credential = await startRegistration({ optionsJSON: await passkeyOptions(password) });
  return keepPasskey(credential, name === "" ? undefined : name);
}

/** Why there is no passkey, for a person. */
export function passkeyErrorText(error: unknown): string {
  const text = strings.settings.passkeys;
  if (error instanceof Error && /^(NotAllowed|Abort)Error$/.test(error.name)) return text.cancelled;
  if (error instanceof Error && error.name === "SecurityError") return text.insecure;
  if (error instanceof Error && error.name === "InvalidStateError") return text.exists;
  return errorText(error);
}
