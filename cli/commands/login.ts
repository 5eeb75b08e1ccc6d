import { Command } from "commander";
import { Api } from "../../client/api.ts";
import { beginDeviceSignIn, finishDeviceSignIn, signIn } from "../../client/sign-in.ts";
import type { CliContext } from "../context.ts";
import { writeCredentials } from "../credentials.ts";
import { UsageError } from "../exit-codes.ts";
import { requireEmail } from "../inputs.ts";
import { passwordFrom, type PasswordOptions } from "../password.ts";
import { run } from "../run.ts";
import { secondFactor } from "../second-factor.ts";

interface LoginOptions extends PasswordOptions {
  readonly email?: string;
  readonly code?: string;
  readonly device?: boolean;
}

/** `ledge login`: by password, or by a code that a signed-in browser approves. */
export function loginCommand(): Command {
  return new Command("login")
    .description("sign in by password, or with --device in a browser")
    .option("--email <email>")
    .option("--password-stdin", "read the password from standard input")
    .option("--code <code>", "the second factor, where the account asks for one; or LEDGE_CODE")
    .option("--device", "approve this device in a browser that is signed in")
    .action(
      run(async (context, options: LoginOptions) => {
        const { token, email } = options.device ? await byDevice(context) : await byPassword(context, options);
        const url = await context.url();
        await writeCredentials(context.env, { url, token, email });
        context.result({ url, email }, `Signed in to ${url} as ${email}.`);
      }),
    );
}

async function byPassword(context: CliContext, options: LoginOptions): Promise<{ token: string; email: string }> {
  if (options.email === undefined) throw new UsageError("say --email, or --device to sign in with a browser");
  const asEmail = requireEmail(options.email);
  const http = await context.anonymous();
  const answer = await signIn(http, asEmail, await passwordFrom(context.env, options, "known"));
  const code = options.code ?? context.env["LEDGE_CODE"];
  const { token, user } = "twoFactor" in answer ? await secondFactor(http, answer, code) : answer;
  return { token, email: user.email };
}

async function byDevice(context: CliContext): Promise<{ token: string; email: string }> {
  const http = await context.anonymous();
  const device = await beginDeviceSignIn(http);
  context.note(`Open ${device.verification_uri} and enter the code ${device.user_code}`);
  if (device.verification_uri_complete) context.note(`or open ${device.verification_uri_complete}`);
  context.note("Waiting for the approval …");
  const token = await finishDeviceSignIn(http, device, context.clock, context.signal);
  http.setToken(token);
  const { email } = await new Api(http).account();
  return { token, email };
}
