import { Button, Stack, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import { strings } from "../strings/entry.ts";
import { claimDevice } from "./auth-requests.ts";
import type { ClaimedDevice } from "./device-decision.tsx";
import classes from "./device-page.module.css";
import { EntryLayout } from "./entry-layout.tsx";
import { FormFailure } from "./form-failure.tsx";
import { useEntryForm } from "./use-entry-form.ts";
import { bareUserCode, isUserCode, shownUserCode } from "./user-code.ts";

interface DeviceCodeFormProps {
  /** The code in the address, where there is one: filled in, and still to be confirmed. */
  readonly initial: string;
  readonly onClaimed: (device: ClaimedDevice) => void;
}

export function DeviceCodeForm({ initial, onClaimed }: DeviceCodeFormProps): ReactNode {
  const form = useEntryForm({
    initial: { code: shownUserCode(initial) },
    check: ({ code }) => ({ code: isUserCode(code) ? undefined : strings.entry.needed.userCode }),
    submit: async ({ code }) => {
      try {
        const status = await claimDevice(bareUserCode(code));
        if (status.status !== "pending") return { code: strings.entry.unknownCode };
        onClaimed({ code: bareUserCode(code), program: status.client_id });
        return undefined;
      } catch (error) {
        if (isUnknownCode(error)) return { code: strings.entry.unknownCode };
        throw error;
      }
    },
  });
  return (
    <EntryLayout title={strings.entry.deviceTitle} text={strings.entry.deviceText}>
      <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
        <FormFailure text={form.failure} />
        <Stack gap="md">
          <TextInput
            {...form.field("code")}
            onChange={(event) => form.set("code", shownUserCode(event.currentTarget.value))}
            label={strings.entry.deviceCode}
            classNames={{ input: classes.code ?? "" }}
            autoComplete="off"
            autoCapitalize="characters"
            autoCorrect="off"
            spellCheck={false}
            size="lg"
            autoFocus
          />
          <Button type="submit" size="md" fullWidth loading={form.isBusy}>
            {strings.entry.deviceContinue}
          </Button>
        </Stack>
      </form>
    </EntryLayout>
  );
}

/** What the server says of codes that it does not have, that are over, or that another account claimed. */
function isUnknownCode(error: unknown): boolean {
  return error instanceof LedgeError && ["invalid_request", "not_found", "forbidden"].includes(error.code);
}
