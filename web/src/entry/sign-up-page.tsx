import { Alert, Button, Stack, TextInput } from "@mantine/core";
import { IconShieldStar } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import { strings } from "../strings/entry.ts";
import { ButtonLink, TextLink } from "../ui/links.tsx";
import { errorText } from "../ui/error-text.ts";
import { authOptionsQuery, signUp } from "./auth-requests.ts";
import { checkEmail, checkName, checkNewPassword } from "./checks.ts";
import { EntryLayout } from "./entry-layout.tsx";
import { EmailField } from "./email-field.tsx";
import { FormFailure } from "./form-failure.tsx";
import { PasswordField } from "./password-field.tsx";
import { useArrive } from "./use-arrive.ts";
import { useEntryForm } from "./use-entry-form.ts";

export function SignUpPage(): ReactNode {
  const { data: options } = useQuery(authOptionsQuery);
  if (options?.signUp === "closed") return <Closed />;
  const isFirst = options?.signUp === "first";
  const isByInvitation = options?.signUp === "invitation";
  const text = isByInvitation ? strings.entry.invitationText : strings.entry.signUpText;
  return (
    <EntryLayout
      title={isFirst ? strings.entry.firstTitle : strings.entry.signUpTitle}
      text={isFirst ? strings.entry.firstText : text}
      foot={!isFirst && <ToSignIn />}
    >
      <SignUpForm
        isFirst={isFirst}
        isByInvitation={isByInvitation}
        length={options?.passwordLength ?? { min: 10, max: 128 }}
      />
    </EntryLayout>
  );
}

interface SignUpFormProps {
  readonly isFirst: boolean;
  readonly isByInvitation: boolean;
  readonly length: { readonly min: number; readonly max: number };
}

function SignUpForm({ isFirst, isByInvitation, length }: SignUpFormProps): ReactNode {
  const arrive = useArrive();
  const form = useEntryForm({
    initial: { name: "", email: "", password: "" },
    check: (values) => ({
      name: checkName(values.name),
      email: checkEmail(values.email),
      password: checkNewPassword(values.password, length),
    }),
    submit: async (values) => {
      try {
        const { user } = await signUp(values.name.trim(), values.email.trim(), values.password);
        await arrive(user.id);
        return undefined;
      } catch (error) {
        if (error instanceof LedgeError && error.code === "email_taken") return { email: errorText(error) };
        if (isByInvitation && error instanceof LedgeError && error.code === "sign_up_closed")
          return { email: strings.entry.notInvited };
        throw error;
      }
    },
  });
  return (
    <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
      <FormFailure text={form.failure} />
      <Stack gap="md">
        {isFirst && (
          <Alert variant="light" icon={<IconShieldStar size={20} aria-hidden />}>
            {strings.entry.firstNote}
          </Alert>
        )}
        <TextInput {...form.field("name")} label={strings.entry.name} autoComplete="name" size="md" autoFocus />
        <EmailField {...form.field("email")} />
        <PasswordField
          {...form.field("password")}
          label={strings.entry.password}
          description={strings.entry.passwordHint(length.min)}
          autoComplete="new-password"
          size="md"
        />
        <Button type="submit" size="md" fullWidth loading={form.isBusy} mt={4}>
          {strings.entry.signUp}
        </Button>
      </Stack>
    </form>
  );
}

function ToSignIn(): ReactNode {
  const search = useSearch({ from: "/sign-up" });
  return (
    <>
      {strings.entry.hasAccount}{" "}
      <TextLink to="/sign-in" search={search} inherit fw={600}>
        {strings.entry.signIn}
      </TextLink>
    </>
  );
}

function Closed(): ReactNode {
  const search = useSearch({ from: "/sign-up" });
  return (
    <EntryLayout title={strings.entry.closedTitle} text={strings.entry.closedText}>
      <ButtonLink to="/sign-in" search={search} size="md" fullWidth>
        {strings.entry.toSignIn}
      </ButtonLink>
    </EntryLayout>
  );
}
