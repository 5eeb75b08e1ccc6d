import { Command } from "commander";
import { HttpClient } from "../../client/http.ts";
import { HttpError, NetworkError } from "../../client/http-errors.ts";
import { signOut } from "../../client/sign-in.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { forgetCredentials, readCredentials } from "../credentials.ts";
import { run } from "../run.ts";

/** `ledge logout`: ends the session on the server and forgets it here. */
export function logoutCommand(): Command {
  return new Command("logout").description("end the session and forget it").action(
    run(async (context, _options: object) => {
      const kept = await readCredentials(context.env);
      if (kept === null) {
        context.result({ signedOut: false }, "Nobody was signed in.");
        return;
      }
      const { url: baseUrl, token } = kept;
      try {
        await signOut(new HttpClient({ baseUrl, token, clock: context.clock, random: Math.random, attempts: 2 }));
      } catch (error) {
        const known = error instanceof LedgeError || error instanceof HttpError || error instanceof NetworkError;
        if (!known) throw error;
        context.note(`The server did not end the session: ${error.message}`);
      }
      await forgetCredentials(context.env);
      context.result({ signedOut: true }, `Signed out of ${baseUrl}.`);
    }),
  );
}
