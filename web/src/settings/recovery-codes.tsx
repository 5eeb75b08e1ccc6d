import { Button, Checkbox, Group, Text } from "@mantine/core";
import { IconDownload, IconPrinter } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useAccount } from "../session/account.ts";
import { strings } from "../strings/settings.ts";
import { saveText } from "../ui/save-as.ts";
import { CopyAction } from "./copy-action.tsx";
import classes from "./recovery-codes.module.css";

interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly onDone: () => void;
}

/** The codes, this once; goes on when the person says that they are kept. */
export function RecoveryCodes({ codes, onDone }: RecoveryCodesProps): ReactNode {
  const text = strings.settings.twoFactor;
  const { email } = useAccount();
  const [isKept, setKept] = useState(false);
  const head = text.fileHead(location.host, email);
  const file = `${head}\n${text.fileNote}\n\n${codes.join("\n")}\n`;
  return (
    <>
      <Text size="sm" lh={1.55} mb="md" className={classes.screenOnly}>
        {text.codesText}
      </Text>
      <div className={classes.printed}>
        <p className={classes.printOnly}>
          {head}. {text.fileNote}
        </p>
        <ul className={classes.codes} aria-label={text.codesLabel}>
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
      </div>
      <div className={classes.screenOnly}>
        <Group gap="xs" mt="md">
          <CopyAction value={codes.join("\n")} label={text.copyCodes} text={text.copyCodes} />
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => saveText(text.fileName, file)}
          >
            {text.downloadCodes}
          </Button>
          <Button variant="default" leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => print()}>
            {text.printCodes}
          </Button>
        </Group>
        <Checkbox
          mt="lg"
          label={text.acknowledge}
          checked={isKept}
          onChange={(event) => setKept(event.currentTarget.checked)}
        />
        <Group justify="flex-end" mt="lg">
          <Button disabled={!isKept} onClick={onDone}>
            {text.done}
          </Button>
        </Group>
      </div>
    </>
  );
}
