import { Button, Stack } from "@mantine/core";

import type { ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import { strings } from "../strings/entry.ts";
import { TextLink } from "../ui/links.tsx";
import { signIn } from "./auth-requests.ts";
import { checkEmail } from "./checks.ts";
import { EmailField } from "./email-field.tsx";
import { FormFailure } from "./form-failure.tsx";
import { PasswordField } from "./password-field.tsx";
import { useArrive } from "./use-arrive.ts";
import { useEntryForm } from "./use-entry-form.ts";

export function SignInForm({ onSecondFactor }: { readonly onSecondFactor: () => void }): ReactNode {
  const arrive = useArrive();
  const form = useEntryForm({
    initial: { email: "", password: "" },
    check: ({ email, password }) => ({
      email: checkEmail(email),
      password: password === "" ? strings.entry.needed.password : undefined,
    }),
    submit: async ({ email, password }) => {
      try {
        const answer = await signIn(email.trim(), password);
        if ("twoFactor" in answer) onSecondFactor();
        else await arrive(answer.user.id);
        return undefined;
      } catch (error) {
        if (isRefused(error)) return { password: strings.entry.wrongPassword };
        throw error;
      }
    },
  });
  return (
    <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
      <FormFailure text={form.failure} />
      <Stack gap="md">
        <EmailField {...form.field("email")} autoComplete="username webauthn" autoFocus />
        <PasswordField
          {...form.field("password")}
          label={strings.entry.password}
          autoComplete="current-password"
          size="md"
        />
        <TextLink to="/forgot-password" size="sm" ta="right" mt={-8}>
          {strings.entry.forgot}
        </TextLink>
        <Button type="submit" size="md" fullWidth loading={form.isBusy}>
          {strings.entry.signIn}
        </Button>
      </Stack>
    </form>
  );
}

/** The server does not say which of the two is wrong. */
function isRefused(error: unknown): boolean {
  return error instanceof LedgeError && (error.code === "unauthenticated" || error.code === "wrong_password");
}
