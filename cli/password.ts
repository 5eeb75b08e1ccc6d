import { UsageError } from "./exit-codes.ts";
import { askSecretly, readFirstLine } from "./prompt.ts";

export interface PasswordOptions {
  readonly passwordStdin?: boolean;
}

/** The password: from standard input, `LEDGE_PASSWORD` or the terminal. A new one is asked for twice. */
export async function passwordFrom(
  env: NodeJS.ProcessEnv,
  options: PasswordOptions,
  kind: "new" | "known",
): Promise<string> {
  const given = options.passwordStdin ? await readFirstLine() : env["LEDGE_PASSWORD"];
  const password =
    given ?? (await askSecretly(kind === "new" ? "New password (10 to 128 characters): " : "Password: "));
  if (password === "") throw new UsageError("the password is empty");
  if (password.length > 128 || (kind === "new" && password.length < 10)) {
    throw new UsageError("a password has 10 to 128 characters");
  }
  if (given === undefined && kind === "new" && (await askSecretly("Again: ")) !== password) {
    throw new UsageError("the two passwords differ");
  }
  return password;
}

/** The password that a new link asks its guests for: from standard input, or asked for twice on the terminal. */
export async function linkPasswordFrom(isStdin: boolean): Promise<string> {
  const password = isStdin ? await readFirstLine() : await askSecretly("The link's password (4 to 128 characters): ");
  if (password.length < 4 || password.length > 128) throw new UsageError("a link's password has 4 to 128 characters");
  if (!isStdin && (await askSecretly("Again: ")) !== password) throw new UsageError("the two passwords differ");
  return password;
}
