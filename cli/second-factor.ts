import type { HttpClient } from "../client/http.ts";
import { finishSignIn, type SecondFactorNeeded, type SignedIn } from "../client/sign-in.ts";
import { LedgeError } from "../protocol/errors.ts";
import { UsageError } from "./exit-codes.ts";
import { ask } from "./prompt.ts";

/** How often the terminal asks before the command gives up. */
const TRIES = 3;

/** Finishes a sign-in by `code`, or by one that the terminal asks for: again where it was wrong. */
export async function secondFactor(
  http: HttpClient,
  needed: SecondFactorNeeded,
  code: string | undefined,
): Promise<SignedIn> {
  if (code !== undefined) return finishSignIn(http, needed, code);
  for (let tries = 1; ; tries++) {
    const typed = await ask("Code of your authenticator, or a recovery code: ");
    if (typed === null) {
      throw new UsageError(
        "the account asks for a second factor: say --code, with your authenticator's or a recovery code",
      );
    }
    try {
      return await finishSignIn(http, needed, typed.trim());
    } catch (error) {
      const isWrong = error instanceof LedgeError && ["invalid_code", "invalid_request"].includes(error.code);
      if (!isWrong || tries === TRIES) throw error;
      process.stderr.write("That code is wrong, has expired or was used before.\n");
    }
  }
}
