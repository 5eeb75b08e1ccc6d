import { Badge, Button, Group, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { accountQuery } from "../session/account.ts";
import { strings } from "../strings/settings.ts";
import { disableTwoFactor, newRecoveryCodes, sessionsQuery, twoFactorQuery } from "./account-requests.ts";
import { PasswordDialog, PasswordForm } from "./password-dialog.tsx";
import { QueryBody } from "./query-body.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { SavedNote } from "./saved-note.tsx";
import { SettingCard } from "./setting-card.tsx";
import { SettingDialog } from "./setting-dialog.tsx";
import { TwoFactorSetup } from "./two-factor-setup.tsx";

const FEW = 3;

/** The second factor: turned on, off, and its recovery codes. */
export function TwoFactorCard(): ReactNode {
  const text = strings.settings.twoFactor;
  const query = useQuery(twoFactorQuery);
  const refresh = useRefresh();
  const [asked, setAsked] = useState<"on" | "off" | "codes" | null>(null);
  const [wasTurnedOff, setTurnedOff] = useState(false);
  const ask = (what: typeof asked): void => {
    setTurnedOff(false);
    setAsked(what);
  };
  const close = (): void => setAsked(null);
  return (
    <SettingCard title={text.title} text={text.text} aside={query.data && <OnOff isOn={query.data.enabled} />}>
      <QueryBody query={query} lines={1}>
        {({ enabled, recoveryCodesLeft }) => (
          <>
            {enabled && (
              <Text size="sm" mb="md" {...(recoveryCodesLeft < FEW && { fw: 600 })}>
                {text.codesLeft(recoveryCodesLeft)} {recoveryCodesLeft < FEW && text.fewLeft}
              </Text>
            )}
            <Group gap="sm">
              {/* One button for both states: it keeps the focus when the state changes under it. */}
              <Button variant={enabled ? "default" : "filled"} onClick={() => ask(enabled ? "off" : "on")}>
                {enabled ? text.turnOff : text.turnOn}
              </Button>
              {enabled && (
                <Button variant="default" onClick={() => ask("codes")}>
                  {text.newCodes}
                </Button>
              )}
              <SavedNote isShown={wasTurnedOff} text={text.turnedOff} />
            </Group>
          </>
        )}
      </QueryBody>
      <SetupDialog isOpen={asked === "on"} onChanged={refresh} onClose={close} />
      <NewCodesDialog isOpen={asked === "codes"} onChanged={refresh} onClose={close} />
      <PasswordDialog
        isOpen={asked === "off"}
        title={text.turnOffTitle}
        text={text.turnOffText}
        action={text.turnOff}
        isDanger
        onPassword={async (password) => {
          await disableTwoFactor(password);
          await refresh();
          setTurnedOff(true);
          close();
        }}
        onClose={close}
      />
    </SettingCard>
  );
}

function OnOff({ isOn }: { readonly isOn: boolean }): ReactNode {
  const text = strings.settings.twoFactor;
  return (
    <Badge variant={isOn ? "filled" : "default"} color={isOn ? "moss.7" : "gray"} tt="none">
      {isOn ? text.on : text.off}
    </Badge>
  );
}

/** Turning it on or off replaces the session, too. */
function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    void client.invalidateQueries({ queryKey: accountQuery.queryKey });
    void client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    await client.invalidateQueries({ queryKey: twoFactorQuery.queryKey });
  };
}

interface StepsProps {
  readonly isOpen: boolean;
  /** The account changed, while the dialog goes on. */
  readonly onChanged: () => Promise<void>;
  readonly onClose: () => void;
}

function SetupDialog({ isOpen, onChanged, onClose }: StepsProps): ReactNode {
  const text = strings.settings.twoFactor;
  const [showsCodes, setShowsCodes] = useState(false);
  return (
    <SettingDialog
      isOpen={isOpen}
      title={showsCodes ? text.codesTitle : text.turnOnTitle}
      isEasilyClosed={!showsCodes}
      onClose={onClose}
      onClosed={() => setShowsCodes(false)}
      size="md"
    >
      <TwoFactorSetup
        onTurnedOn={() => {
          setShowsCodes(true);
          void onChanged();
        }}
        onClose={onClose}
      />
    </SettingDialog>
  );
}

function NewCodesDialog({ isOpen, onChanged, onClose }: StepsProps): ReactNode {
  const text = strings.settings.twoFactor;
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  return (
    <SettingDialog
      isOpen={isOpen}
      title={codes ? text.codesTitle : text.newCodesTitle}
      isEasilyClosed={!codes}
      onClose={onClose}
      onClosed={() => setCodes(null)}
      size="md"
    >
      {codes ? (
        <RecoveryCodes codes={codes} onDone={onClose} />
      ) : (
        <PasswordForm
          text={text.newCodesText}
          action={text.makeNewCodes}
          onPassword={async (password) => {
            setCodes(await newRecoveryCodes(password));
            void onChanged();
          }}
          onClose={onClose}
        />
      )}
    </SettingDialog>
  );
}
