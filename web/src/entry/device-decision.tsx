import { Alert, Anchor, Button, Group, List } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Account } from "../../../client/api.ts";
import { strings } from "../strings/entry.ts";
import { TextLink } from "../ui/links.tsx";
import { errorText } from "../ui/error-text.ts";
import { decideOnDevice } from "./auth-requests.ts";
import classes from "./device-page.module.css";
import { EntryLayout } from "./entry-layout.tsx";
import { FormFailure } from "./form-failure.tsx";
import { shownUserCode } from "./user-code.ts";

export interface ClaimedDevice {
  readonly code: string;
  /** Its OAuth client's id. */
  readonly program: string | undefined;
}

interface DeviceDecisionProps {
  readonly device: ClaimedDevice;
  readonly account: Account;
  readonly onDecided: (decision: "approve" | "deny") => void;
  readonly onOtherCode: () => void;
}

/** What is asked, for whose account, and what it means; then the choice. */
export function DeviceDecision({ device, account, onDecided, onOtherCode }: DeviceDecisionProps): ReactNode {
  const { href } = useLocation();
  const decide = useMutation({
    mutationFn: (decision: "approve" | "deny") => decideOnDevice(device.code, decision),
    onSuccess: (_, decision) => onDecided(decision),
  });
  const program = strings.entry.devicePrograms[device.program ?? ""] ?? device.program;
  return (
    <EntryLayout
      title={strings.entry.deviceAsks}
      foot={
        <TextLink to="/sign-in" search={{ next: href }} inherit>
          {strings.entry.otherAccount}
        </TextLink>
      }
    >
      <FormFailure text={decide.error ? errorText(decide.error) : undefined} />
      <dl className={classes.facts}>
        <dt>{strings.entry.deviceAccount}</dt>
        <dd>{account.email}</dd>
        {program !== undefined && (
          <>
            <dt>{strings.entry.deviceProgram}</dt>
            <dd>{program}</dd>
          </>
        )}
        <dt>{strings.entry.deviceCode}</dt>
        <dd className={classes.mono}>{shownUserCode(device.code)}</dd>
      </dl>
      <List spacing={6} mb="md">
        {strings.entry.deviceMeans.map((meaning) => (
          <List.Item key={meaning}>{meaning}</List.Item>
        ))}
      </List>
      <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={20} aria-hidden />} mb="lg">
        {strings.entry.deviceWarning}
      </Alert>
      <Group grow>
        <Button variant="default" size="md" disabled={decide.isPending} onClick={() => decide.mutate("deny")}>
          {strings.entry.deny}
        </Button>
        <Button size="md" loading={decide.isPending} onClick={() => decide.mutate("approve")}>
          {strings.entry.approve}
        </Button>
      </Group>
      <Anchor component="button" type="button" size="sm" mt="md" onClick={onOtherCode}>
        {strings.entry.otherCode}
      </Anchor>
    </EntryLayout>
  );
}
