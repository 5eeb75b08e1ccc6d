import { Button, Code, Group, Text, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import { FormFailure } from "../entry/form-failure.tsx";
import { useEntryForm } from "../entry/use-entry-form.ts";
import { strings } from "../strings/settings.ts";
import { errorText } from "../ui/error-text.ts";
import { beginTwoFactor, confirmTwoFactor, type TwoFactorStart } from "./account-requests.ts";
import { CopyAction } from "./copy-action.tsx";
import { PasswordForm } from "./password-dialog.tsx";
import { QrCode } from "./qr-code.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import classes from "./two-factor-setup.module.css";

interface TwoFactorSetupProps {
  /** It is on; the codes are shown from now on, this once. */
  readonly onTurnedOn: () => void;
  readonly onClose: () => void;
}

/** Password, QR code, a code to confirm, recovery codes. Nothing is on before it is confirmed. */
export function TwoFactorSetup({ onTurnedOn, onClose }: TwoFactorSetupProps): ReactNode {
  const text = strings.settings.twoFactor;
  const [start, setStart] = useState<TwoFactorStart>();
  const [isOn, setOn] = useState(false);
  if (start === undefined) {
    return (
      <PasswordForm
        text={text.turnOnText}
        action={text.continue}
        onPassword={async (password) => setStart(await beginTwoFactor(password))}
        onClose={onClose}
      />
    );
  }
  if (isOn) return <RecoveryCodes codes={start.recoveryCodes} onDone={onClose} />;
  return (
    <Scan
      totpUri={start.totpUri}
      onConfirmed={() => {
        setOn(true);
        onTurnedOn();
      }}
      onClose={onClose}
    />
  );
}

interface ScanProps {
  readonly totpUri: string;
  readonly onConfirmed: () => void;
  readonly onClose: () => void;
}

function Scan({ totpUri, onConfirmed, onClose }: ScanProps): ReactNode {
  const text = strings.settings.twoFactor;
  const key = new URL(totpUri).searchParams.get("secret") ?? "";
  const form = useEntryForm({
    initial: { code: "" },
    check: ({ code }) => ({ code: /^\d{6}$/.test(code.replaceAll(/\s/g, "")) ? undefined : text.codeNeeded }),
    submit: async ({ code }) => {
      try {
        await confirmTwoFactor(code.replaceAll(/\s/g, ""));
      } catch (error) {
        if (error instanceof LedgeError && error.code === "invalid_code") return { code: errorText(error) };
        throw error;
      }
      onConfirmed();
      return undefined;
    },
  });
  return (
    <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
      <FormFailure text={form.failure} />
      <Text fw={600}>{text.scanTitle}</Text>
      <Text size="sm" lh={1.55} mt={4}>
        {text.scanText}
      </Text>
      <div className={classes.scan}>
        <QrCode text={totpUri} label={text.qrLabel} />
        <div className={classes.key}>
          <Code aria-label={text.key} className={classes.letters}>
            {key.replaceAll(/(.{4})(?=.)/g, "$1 ")}
          </Code>
          <CopyAction value={key} label={text.copyKey} size="xs" />
        </div>
      </div>
      <TextInput
        {...form.field("code")}
        label={text.code}
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        size="md"
      />
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={onClose}>
          {strings.settings.cancel}
        </Button>
        <Button type="submit" loading={form.isBusy}>
          {text.confirm}
        </Button>
      </Group>
    </form>
  );
}
