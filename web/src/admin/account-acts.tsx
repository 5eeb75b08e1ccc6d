import { Button, Group, Text, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { ManagedAccount, PasswordReset } from "../../../protocol/admin.ts";
import { CopyAction } from "../settings/copy-action.tsx";
import { SettingDialog } from "../settings/setting-dialog.tsx";
import { strings } from "../strings/admin.ts";
import { formatSize } from "../ui/format.ts";
import { ActDialog, ActForm } from "./act-dialog.tsx";
import { changeAccount, endSessions, resetPassword } from "./admin-requests.ts";

/** What can be done to an account. */
export type Act =
  "quota" | "makeAdministrator" | "endAdministrator" | "endSessions" | "resetPassword" | "suspend" | "lift";

const GIB = 1024 ** 3;
const DANGEROUS: ReadonlySet<Act> = new Set(["endAdministrator", "suspend"]);

interface ActOnAccountProps {
  readonly isOpen: boolean;
  readonly act: Act;
  readonly account: ManagedAccount;
  readonly onClose: () => void;
}

/** Asks about one thing that can be done to an account, and does it. */
export function ActOnAccount({ act, ...rest }: ActOnAccountProps): ReactNode {
  if (act === "resetPassword") return <ResetPassword {...rest} />;
  if (act === "quota") return <ChangeQuota {...rest} />;
  return <PlainAct act={act} {...rest} />;
}

type OneActProps = Omit<ActOnAccountProps, "act">;

function PlainAct({
  act,
  account,
  onClose,
  isOpen,
}: OneActProps & { readonly act: Exclude<Act, "quota" | "resetPassword"> }): ReactNode {
  const text = strings.admin[act];
  const { id, name } = account;
  const doIt = (password: string | undefined): Promise<void> => {
    const withPassword = password === undefined ? {} : { password };
    if (act === "endSessions") return endSessions(id, password);
    if (act === "suspend" || act === "lift")
      return changeAccount(id, { suspended: act === "suspend", ...withPassword });
    return changeAccount(id, { admin: act === "makeAdministrator", ...withPassword });
  };
  return (
    <ActDialog
      isOpen={isOpen}
      title={text.title(name)}
      text={text.text}
      action={text.action}
      isDanger={DANGEROUS.has(act)}
      onDo={async (password) => {
        await doIt(password);
        onClose();
      }}
      onClose={onClose}
    />
  );
}

function ChangeQuota({ account, onClose, isOpen }: OneActProps): ReactNode {
  const text = strings.admin.quota;
  return (
    <ActDialog
      isOpen={isOpen}
      title={text.title(account.name)}
      text={text.text(formatSize(account.used))}
      action={text.action}
      input={{
        label: text.field,
        initial: String(Math.round((account.quota / GIB) * 1000) / 1000),
        inputMode: "decimal",
        check: (typed) => (bytesOf(typed) === null ? text.wrong : undefined),
      }}
      onDo={async (password, typed) => {
        const quota = bytesOf(typed) ?? account.quota;
        await changeAccount(account.id, { quota, ...(password !== undefined && { password }) });
        onClose();
      }}
      onClose={onClose}
    />
  );
}

/** Of gigabytes as they were typed, with a point or a comma; null where they are no number. */
function bytesOf(typed: string): number | null {
  const text = typed.trim().replace(",", ".");
  const bytes = Math.round(Number(text) * GIB);
  return /^\d+(\.\d+)?$/.test(text) && Number.isSafeInteger(bytes) ? bytes : null;
}

function ResetPassword({ account, onClose, isOpen }: OneActProps): ReactNode {
  const text = strings.admin.resetPassword;
  const [done, setDone] = useState<PasswordReset>();
  const title = done === undefined ? text.title(account.name) : done.link === null ? text.doneTitle : text.linkTitle;
  return (
    <SettingDialog
      isOpen={isOpen}
      title={title}
      onClose={onClose}
      onClosed={() => setDone(undefined)}
      isEasilyClosed={done?.link == null}
      size="md"
    >
      {done === undefined ? (
        <ActForm
          text={text.text}
          action={text.action}
          onDo={async (password) => setDone(await resetPassword(account.id, password))}
          onClose={onClose}
        />
      ) : (
        <>
          <Text size="sm" lh={1.55} role="status">
            {done.link === null ? text.doneText(account.email) : text.linkText}
          </Text>
          {done.link !== null && (
            <TextInput
              readOnly
              mt="md"
              label={text.link}
              value={done.link}
              onFocus={(event) => event.target.select()}
            />
          )}
          <Group justify="flex-end" mt="lg" gap="sm">
            {done.link !== null && <CopyAction value={done.link} label={text.copy} text={text.copy} />}
            <Button onClick={onClose}>{strings.admin.close}</Button>
          </Group>
        </>
      )}
    </SettingDialog>
  );
}
