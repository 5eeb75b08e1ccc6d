import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import type { BetterAuthPlugin } from "better-auth";
import { z } from "zod";

/**
 * A better-auth plugin that begins a session for a person whom we have recognized ourselves, by a passkey. It has no
 * address: only code of ours can call it, as `auth.api.openSession`.
 */
export const openSession = () =>
  ({
    id: "open-session",
    endpoints: {
      openSession: createAuthEndpoint.serverOnly(
        { method: "POST", body: z.object({ userId: z.string(), rememberMe: z.boolean() }) },
        async (ctx) => {
          const { userId, rememberMe } = ctx.body;
          const user = await ctx.context.internalAdapter.findUserById(userId);
          if (!user) return ctx.json(null);
          const session = await ctx.context.internalAdapter.createSession(userId, !rememberMe);
          await setSessionCookie(ctx, { session, user }, !rememberMe);
          return ctx.json({ user });
        },
      ),
    },
  }) satisfies BetterAuthPlugin;
