import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Who is signed in, as kept between commands. */
export interface Credentials {
  readonly url: string;
  readonly token: string;
  readonly email: string;
}

/** `LEDGE_CONFIG_DIR`, else `ledge` in the XDG configuration folder. */
export function configFolder(env: NodeJS.ProcessEnv): string {
  if (env["LEDGE_CONFIG_DIR"]) return env["LEDGE_CONFIG_DIR"];
  return join(env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "ledge");
}

function file(env: NodeJS.ProcessEnv): string {
  return join(configFolder(env), "credentials.json");
}

/** Null where nobody is signed in. */
export async function readCredentials(env: NodeJS.ProcessEnv): Promise<Credentials | null> {
  let raw: string;
  try {
    raw = await readFile(file(env), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const { url, token, email } = JSON.parse(raw) as Partial<Credentials>;
    if (typeof url === "string" && typeof token === "string") return { url, token, email: email ?? "" };
  } catch {
    // As if it were not there: signing in again replaces it.
  }
  return null;
}

/** Keeps them in a file that only its owner reads, replaced in one step. */
export async function writeCredentials(env: NodeJS.ProcessEnv, credentials: Credentials): Promise<void> {
  await mkdir(configFolder(env), { recursive: true, mode: 0o700 });
  const temporary = `${file(env)}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  // The mode above counts only where the file was made just now.
  await chmod(temporary, 0o600);
  await rename(temporary, file(env));
}

export async function forgetCredentials(env: NodeJS.ProcessEnv): Promise<void> {
  await rm(file(env), { force: true });
}
