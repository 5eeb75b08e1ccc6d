import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import { strings } from "../strings/entry.ts";
import { ButtonLink } from "../ui/links.tsx";
import { authOptionsQuery, resetPassword, signIn } from "./auth-requests.ts";
import { checkNewPassword } from "./checks.ts";
import { EntryLayout } from "./entry-layout.tsx";
import { FormFailure } from "./form-failure.tsx";
import { PasswordField } from "./password-field.tsx";
import { SecondFactor } from "./second-factor.tsx";
import { useArrive } from "./use-arrive.ts";
import { useEntryForm } from "./use-entry-form.ts";

/**
 * Where the mail for a forgotten password leads (E3). Its secret stands after `#`, so no server log has it. With the new
 * password one signs in as always, second factor included.
 */
export function ResetPasswordPage(): ReactNode {
  const { hash } = useLocation();
  const [step, setStep] = useState<"password" | "secondFactor" | "changed" | "over">("password");
  const text = strings.entry;
  if (step === "secondFactor") return <SecondFactor onStartOver={() => setStep("changed")} />;
  if (step === "changed") {
    return (
      <EntryLayout title={text.resetDoneTitle} text={text.resetDoneText}>
        <ButtonLink to="/sign-in" size="md" fullWidth>
          {text.toSignIn}
        </ButtonLink>
      </EntryLayout>
    );
  }
  if (step === "over" || hash === "") {
    return (
      <EntryLayout title={text.linkOverTitle} text={text.resetOverText}>
        <ButtonLink to="/forgot-password" size="md" fullWidth>
          {text.newLink}
        </ButtonLink>
      </EntryLayout>
    );
  }
  return (
    <EntryLayout title={text.resetTitle} text={text.resetText}>
      <PasswordForm token={hash} onStep={setStep} />
    </EntryLayout>
  );
}

interface PasswordFormProps {
  readonly token: string;
  readonly onStep: (step: "secondFactor" | "changed" | "over") => void;
}

function PasswordForm({ token, onStep }: PasswordFormProps): ReactNode {
  const arrive = useArrive();
  const { data: options } = useQuery(authOptionsQuery);
  const length = options?.passwordLength ?? { min: 10, max: 128 };
  const form = useEntryForm({
    initial: { password: "" },
    check: ({ password }) => ({ password: checkNewPassword(password, length) }),
    submit: async ({ password }) => {
      const email = await resetPassword(token, password).catch((error: unknown) => {
        if (isOver(error)) return undefined;
        throw error;
      });
      if (email === undefined) {
        onStep("over");
        return undefined;
      }
      // The password is changed: whatever fails now is mended by signing in.
      const answer = await signIn(email, password).catch(() => undefined);
      if (!answer) onStep("changed");
      else if ("twoFactor" in answer) onStep("secondFactor");
      else await arrive(answer.user.id);
      return undefined;
    },
  });
  return (
    <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
      <FormFailure text={form.failure} />
      <Stack gap="md">
        <PasswordField
          {...form.field("password")}
          label={strings.entry.newPassword}
          description={strings.entry.passwordHint(length.min)}
          autoComplete="new-password"
          size="md"
          autoFocus
        />
        <Button type="submit" size="md" fullWidth loading={form.isBusy}>
          {strings.entry.setPassword}
        </Button>
      </Stack>
    </form>
  );
}

function isOver(error: unknown): boolean {
  return error instanceof LedgeError && error.code === "invalid_mail_link";
}
