import { Command } from "commander";
import { signUp } from "../../client/sign-in.ts";
import { writeCredentials } from "../credentials.ts";
import { requireDisplayName, requireEmail } from "../inputs.ts";
import { passwordFrom, type PasswordOptions } from "../password.ts";
import { run } from "../run.ts";

/** `ledge signup`: makes an account and signs in to it. */
export function signupCommand(): Command {
  return new Command("signup")
    .description("make an account on the server, and sign in to it")
    .requiredOption("--email <email>")
    .requiredOption("--name <name>", "how others see you")
    .option("--password-stdin", "read the password from standard input")
    .action(
      run(async (context, options: PasswordOptions & { email: string; name: string }) => {
        const email = requireEmail(options.email);
        const name = requireDisplayName("--name", options.name);
        const http = await context.anonymous();
        const password = await passwordFrom(context.env, options, "new");
        const { token, user } = await signUp(http, email, password, name);
        const url = await context.url();
        await writeCredentials(context.env, { url, token, email: user.email });
        context.result(
          { url, id: user.id, email: user.email, name: user.name },
          `Signed up and in to ${url} as ${user.email}.`,
        );
      }),
    );
}
