import { Anchor, Button, Group, Text } from "@mantine/core";
import { IconExternalLink, IconKeyboard } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Limits } from "../../../protocol/limits.ts";
import { showCommandWindow } from "../commands/command-windows.ts";
import { strings } from "../strings/settings.ts";
import { formatNumber, formatSize } from "../ui/format.ts";
import { terminalLines } from "../ui/terminal-lines.ts";
import { serverQuery } from "./account-requests.ts";
import { CommandLine } from "./command-line.tsx";
import { Facts } from "./facts.tsx";
import { QueryBody } from "./query-body.tsx";
import { SettingCard } from "./setting-card.tsx";

/** What runs here, what it takes, and where more is said. */
export function AboutSection(): ReactNode {
  const text = strings.settings.about;
  const query = useQuery(serverQuery);
  return (
    <>
      <SettingCard title={strings.app.name} text={text.text}>
        <QueryBody query={query} lines={2}>
          {({ version }) => (
            <Facts
              facts={[
                [text.version, version],
                [text.address, location.origin],
              ]}
            />
          )}
        </QueryBody>
      </SettingCard>
      <SettingCard title={text.cliTitle} text={text.cliText}>
        <CommandLine about={text.cliSteps.login} command={terminalLines.signIn(location.origin)} />
        <CommandLine about={text.cliSteps.sync} command={terminalLines.sync} />
      </SettingCard>
      <SettingCard title={text.helpTitle}>
        <Group gap="lg">
          <Button
            variant="default"
            leftSection={<IconKeyboard size={18} stroke={1.6} aria-hidden />}
            onClick={() => showCommandWindow("shortcuts")}
          >
            {text.shortcuts}
          </Button>
          <DocumentLink href="/api/docs" text={text.apiDocs} />
          <DocumentLink href="/api/openapi.json" text={text.openApi} />
        </Group>
      </SettingCard>
      <SettingCard title={text.limitsTitle}>
        <QueryBody query={query} lines={3}>
          {({ limits }) => <Facts facts={limitFacts(limits)} />}
        </QueryBody>
      </SettingCard>
    </>
  );
}

function limitFacts(limits: Limits): (readonly [string, ReactNode])[] {
  const { limits: text } = strings.settings.about;
  return [
    // Chunks are of this size on average, so it is no exact bound.
    [text.file, formatSize(limits.fileChunks * limits.chunkAverageBytes)],
    [text.upload, text.hours(formatNumber(limits.uploadHours))],
    [text.name, text.nameBytes(formatNumber(limits.nameBytes))],
    [text.depth, formatNumber(limits.depth)],
    [text.zip, formatNumber(limits.zipSelection)],
    [text.devices, formatNumber(limits.devices)],
  ];
}

function DocumentLink({ href, text }: { readonly href: string; readonly text: string }): ReactNode {
  return (
    <Anchor href={href} target="_blank" rel="noopener" size="sm">
      <Text component="span" inherit mr={4}>
        {text}
      </Text>
      <IconExternalLink size={15} aria-hidden />
    </Anchor>
  );
}
