import { SignUpPolicy, type ServerSettings } from "../../protocol/admin.ts";
import type { Env } from "../env.ts";
import { recordIfChanged, type Actor } from "./admin-events.ts";

/** Whether anybody can sign up, and the one who asks. */
export interface SignUpTerms {
  /** Nobody has an account yet: who makes one is the administrator (A1). */
  readonly isFirst: boolean;
  readonly policy: SignUpPolicy;
  /** Whether a shared folder waits for this email (R3). */
  readonly isInvited: boolean;
}

/** What the deployment's variables say; what they do not know is closed. */
export function defaultPolicy(env: Env): SignUpPolicy {
  return SignUpPolicy.safeParse(env.SIGN_UP).data ?? "closed";
}

/**
 * What decides about a sign-up, in one query that is the same for every email (A3). Always answered by the primary, so that
 * a changed policy holds at the next request.
 *
 * @param email - In any case. Empty: nobody's.
 */
export async function readSignUpTerms(env: Env, email: string, now: number): Promise<SignUpTerms> {
  const row = await env.DIRECTORY.prepare(
    `SELECT EXISTS (SELECT 1 FROM users) AS peopled, (SELECT value FROM settings WHERE key = 'sign_up') AS policy,
       EXISTS (SELECT 1 FROM invitations i JOIN users u ON u.id = i.invited_by
         WHERE i.email = ?1 AND i.expires_at > ?2 AND u.suspended_at IS NULL) AS invited`,
  )
    .bind(email.toLowerCase(), now)
    .first<{ peopled: number; policy: string | null; invited: number }>();
  return {
    isFirst: row?.peopled !== 1,
    policy: SignUpPolicy.safeParse(row?.policy).data ?? defaultPolicy(env),
    isInvited: row?.invited === 1,
  };
}

/** Whether somebody of these terms may sign up (A1, R3). */
export function maySignUp({ isFirst, policy, isInvited }: SignUpTerms): boolean {
  return isFirst || policy === "open" || (policy === "invitation" && isInvited);
}

/** What holds on this server, and since when. */
export async function readSettings(env: Env): Promise<ServerSettings> {
  const row = await env.DIRECTORY.prepare(
    `SELECT s.value, s.changed_at, u.id, u.name, u.email FROM settings s LEFT JOIN users u ON u.id = s.changed_by
     WHERE s.key = 'sign_up'`,
  ).first<{ value: string; changed_at: number; id: string | null; name: string; email: string }>();
  const defaultSignUp = defaultPolicy(env);
  if (!row) return { signUp: defaultSignUp, defaultSignUp, changed: null };
  const { value, changed_at: at, id, name, email } = row;
  const by = id === null ? null : { id, name, email };
  return { signUp: SignUpPolicy.safeParse(value).data ?? defaultSignUp, defaultSignUp, changed: { by, at } };
}

/** Changes who may sign up, and records it (R5). Null: as the deployment says. */
export async function changeSignUp(
  directory: D1Database,
  actor: Actor,
  policy: SignUpPolicy | null,
  now: number,
): Promise<void> {
  const change =
    policy === null
      ? directory.prepare("DELETE FROM settings WHERE key = 'sign_up'")
      : directory
          .prepare(
            `INSERT INTO settings (key, value, changed_by, changed_at) VALUES ('sign_up', ?1, ?2, ?3)
             ON CONFLICT (key) DO UPDATE SET value = ?1, changed_by = ?2, changed_at = ?3 WHERE value <> ?1`,
          )
          .bind(policy, actor.userId, now);
  const act = { action: "signUp", accountId: null, detail: policy ?? "default" } as const;
  await directory.batch([change, recordIfChanged(directory, actor, act, now)]);
}
