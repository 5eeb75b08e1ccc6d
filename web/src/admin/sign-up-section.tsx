import { Button, NativeSelect, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { ServerSettings, SignUpPolicy } from "../../../protocol/admin.ts";
import { QueryBody } from "../settings/query-body.tsx";
import { SettingCard } from "../settings/setting-card.tsx";
import { strings } from "../strings/admin.ts";
import { formatRelative } from "../ui/format.ts";
import { ActDialog } from "./act-dialog.tsx";
import { changeSignUp, settingsQuery } from "./admin-requests.ts";

const POLICIES: readonly SignUpPolicy[] = ["open", "invitation", "closed"];

/** Who may make an account (R3). */
export function SignUpSection(): ReactNode {
  const query = useQuery({ ...settingsQuery, refetchOnMount: "always" });
  return (
    <SettingCard title={strings.admin.settings.title}>
      <QueryBody query={query} lines={2}>
        {(settings) => <PolicyForm key={settings.signUp} settings={settings} />}
      </QueryBody>
    </SettingCard>
  );
}

function PolicyForm({ settings }: { readonly settings: ServerSettings }): ReactNode {
  const text = strings.admin.settings;
  const [chosen, setChosen] = useState(settings.signUp);
  const [isAsking, setAsking] = useState(false);
  const { changed } = settings;
  return (
    <>
      <NativeSelect
        label={text.field}
        description={text.policyTexts[chosen]}
        value={chosen}
        onChange={(event) => setChosen(POLICIES.find((each) => each === event.currentTarget.value) ?? chosen)}
        data={POLICIES.map((value) => ({ value, label: text.policies[value] }))}
      />
      <Text size="sm" mt="sm">
        {changed === null ? text.isDefault : text.changed(changed.by?.name ?? "", formatRelative(changed.at))}
      </Text>
      <Button mt="md" disabled={chosen === settings.signUp} onClick={() => setAsking(true)}>
        {text.save}
      </Button>
      <ActDialog
        isOpen={isAsking}
        title={text.confirmTitle}
        text={text.policyTexts[chosen]}
        action={text.confirm}
        onDo={async (password) => {
          await changeSignUp(chosen, password);
          setAsking(false);
        }}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
