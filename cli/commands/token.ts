import { Command, Option } from "commander";
import { eachItem } from "../each-item.ts";
import { requireDisplayName, requireTokenId } from "../inputs.ts";
import { UsageError } from "../exit-codes.ts";
import { requirePositive } from "../numbers.ts";
import { formatTime } from "../output.ts";
import { run } from "../run.ts";

/** A hundred years. */
const LONGEST_DAYS = 36_500;

interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: string[];
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

/** `ledge token create | list | revoke`: personal access tokens, for scripts. */
export function tokenCommand(): Command {
  return new Command("token")
    .description("make and revoke access tokens for scripts")
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand());
}

function createCommand(): Command {
  return new Command("create")
    .description("make a token and print it, this once")
    .argument("<name>", "what it is for")
    .addOption(new Option("--scope <scope...>", "what it may do").choices(["read", "write"]).default(["read", "write"]))
    .option("--days <n>", "how long it is valid (default: for ever)", requirePositive)
    .action(
      run(async (context, text: string, options: { scope: string[]; days?: number }) => {
        const name = requireDisplayName("the token's name", text);
        if ((options.days ?? 1) > LONGEST_DAYS)
          throw new UsageError(`--days is at most ${LONGEST_DAYS}; without it the token is valid for ever`);
        const { http } = await context.api();
        const expiresAt =
          options.days === undefined ? null : new Date(Date.now() + options.days * 86_400_000).toISOString();
        const json = { name, scopes: [...new Set(options.scope)], expiresAt };
        const made: Token & { token: string } = await http.json({
          method: "POST",
          path: "/account/tokens",
          json,
          repeatable: false,
        });
        context.result(made, made.token);
      }),
    );
}

function listCommand(): Command {
  return new Command("list").description("list tokens, newest first").action(
    run(async (context, _options: object) => {
      const { http } = await context.api();
      const { tokens } = await http.json<{ tokens: Token[] }>({ path: "/account/tokens" });
      if (tokens.length > 0)
        context.heading(`${"id".padEnd(26)}  may         last used            expires              name`);
      for (const token of tokens) {
        const scopes = token.scopes.join("+").padEnd(10);
        const [used, until] = [token.lastUsedAt, token.expiresAt].map((time) =>
          (time === null ? "never" : formatTime(Date.parse(time))).padEnd(19),
        );
        context.result(token, `${token.id}  ${scopes}  ${used}  ${until}  ${token.name}`);
      }
    }),
  );
}

function revokeCommand(): Command {
  return new Command("revoke")
    .description("make tokens invalid at once")
    .argument("<id...>", "as `ledge token list` shows them")
    .action(
      run(async (context, ids: string[], _options: object) => {
        const { http } = await context.api();
        await eachItem(context, ids, async (id) => {
          await http.json({ method: "DELETE", path: `/account/tokens/${requireTokenId(id)}` });
          context.result({ revoked: id }, "");
        });
      }),
    );
}
