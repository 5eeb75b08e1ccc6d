import { Anchor, Button, Checkbox, Stack, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import { strings } from "../strings/entry.ts";
import { errorText } from "../ui/error-text.ts";
import { verifyCode, verifyRecoveryCode } from "./auth-requests.ts";
import { EntryLayout } from "./entry-layout.tsx";
import { FormFailure } from "./form-failure.tsx";
import { useArrive } from "./use-arrive.ts";
import { useEntryForm } from "./use-entry-form.ts";

/** The step after the password, where the account asks for it: a code of the authenticator's, or a recovery code. */
export function SecondFactor({ onStartOver }: { readonly onStartOver: () => void }): ReactNode {
  const [byRecovery, setByRecovery] = useState(false);
  return (
    <EntryLayout
      title={byRecovery ? strings.entry.recoveryTitle : strings.entry.secondTitle}
      text={byRecovery ? strings.entry.recoveryText : strings.entry.secondText}
      foot={
        <Anchor component="button" type="button" inherit onClick={onStartOver}>
          {strings.entry.startOver}
        </Anchor>
      }
    >
      <CodeForm key={String(byRecovery)} byRecovery={byRecovery} />
      <Anchor component="button" type="button" size="sm" mt="md" onClick={() => setByRecovery(!byRecovery)}>
        {byRecovery ? strings.entry.useTotp : strings.entry.useRecovery}
      </Anchor>
    </EntryLayout>
  );
}

function CodeForm({ byRecovery }: { readonly byRecovery: boolean }): ReactNode {
  const arrive = useArrive();
  const [trustDevice, setTrustDevice] = useState(false);
  const form = useEntryForm({
    initial: { code: "" },
    check: ({ code }) => ({ code: byRecovery ? checkRecoveryCode(code) : checkTotp(code) }),
    submit: async ({ code }) => {
      try {
        const verify = byRecovery ? verifyRecoveryCode : verifyCode;
        const { user } = await verify(code.trim(), trustDevice);
        await arrive(user.id);
        return undefined;
      } catch (error) {
        if (error instanceof LedgeError && error.code === "invalid_code") return { code: errorText(error) };
        throw error;
      }
    },
  });
  return (
    <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
      <FormFailure text={form.failure} />
      <Stack gap="md">
        <TextInput
          {...form.field("code")}
          label={byRecovery ? strings.entry.recoveryCode : strings.entry.code}
          autoComplete={byRecovery ? "off" : "one-time-code"}
          inputMode={byRecovery ? "text" : "numeric"}
          autoCapitalize="none"
          spellCheck={false}
          size="md"
          autoFocus
        />
        <Checkbox
          checked={trustDevice}
          onChange={(event) => setTrustDevice(event.currentTarget.checked)}
          label={strings.entry.trustDevice}
        />
        <Button type="submit" size="md" fullWidth loading={form.isBusy}>
          {strings.entry.verify}
        </Button>
      </Stack>
    </form>
  );
}

function checkTotp(code: string): string | undefined {
  return /^\d{6}$/.test(code.replaceAll(/\s/g, "")) ? undefined : strings.entry.needed.code;
}

function checkRecoveryCode(code: string): string | undefined {
  return code.trim() === "" ? strings.entry.needed.recoveryCode : undefined;
}
