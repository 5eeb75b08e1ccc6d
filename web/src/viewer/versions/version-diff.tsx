import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconArrowLeft, IconFileOff } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import type { Version } from "../../../../protocol/tree.ts";
import { strings } from "../../strings/viewer.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatDateTime } from "../../ui/format.ts";
import { CodeDiff } from "../code/code-diff.tsx";
import { useFileSource } from "../file-source.ts";
import { textQuery } from "../load-bytes.ts";
import { Waiting } from "../preview.tsx";
import { EDITABLE_BYTES } from "../preview-kind.ts";
import { Strip, StripSpace, StripText } from "../strip.tsx";
import { useIsWide } from "../use-is-wide.ts";
import classes from "./version-diff.module.css";

interface VersionDiffProps {
  readonly before: Version;
  readonly after: Version;
  readonly name: string;
  readonly onDone: () => void;
}

/** What changed between two versions of a text. */
export function VersionDiff({ before, after, name, onDone }: VersionDiffProps): ReactNode {
  const text = strings.viewer.version;
  const isWide = useIsWide();
  const [layout, setLayout] = useState<"sides" | "together">(isWide ? "sides" : "together");
  return (
    <div className={classes.column}>
      <Strip label={text.comparison}>
        <Button
          size="compact-md"
          variant="subtle"
          leftSection={<IconArrowLeft size={17} aria-hidden />}
          onClick={onDone}
        >
          {text.backToFile}
        </Button>
        <StripText>{`${describe(before)} → ${describe(after)}`}</StripText>
        <StripSpace />
        {isWide && (
          <SegmentedControl
            size="xs"
            aria-label={text.look}
            value={layout}
            onChange={setLayout}
            data={[
              { value: "sides", label: text.sideBySide },
              { value: "together", label: text.together },
            ]}
          />
        )}
      </Strip>
      <Texts before={before} after={after} name={name} isSideBySide={isWide && layout === "sides"} />
    </div>
  );
}

function describe({ version, createdAt }: Version): string {
  return `${strings.viewer.version.number(version)} (${formatDateTime(createdAt)})`;
}

type TextsProps = Omit<VersionDiffProps, "onDone"> & { readonly isSideBySide: boolean };

function Texts({ before, after, name, isSideBySide }: TextsProps): ReactNode {
  const text = strings.viewer.version;
  const isSmall = before.size <= EDITABLE_BYTES && after.size <= EDITABLE_BYTES;
  const [was, is] = [useVersionText(before, isSmall), useVersionText(after, isSmall)];
  const error = was.error ?? is.error;
  if (error) return <ErrorState error={error} title={strings.viewer.failed} />;
  if (!isSmall || was.data === null || is.data === null) {
    return <EmptyState icon={IconFileOff} title={text.notText} text={text.notTextText} />;
  }
  if (!was.data || !is.data) return <Waiting />;
  return (
    <>
      {was.data.text === is.data.text && <p className={classes.equal}>{text.equal}</p>}
      <CodeDiff
        before={{ text: was.data.text, label: text.number(before.version) }}
        after={{ text: is.data.text, label: text.number(after.version) }}
        name={name}
        isSideBySide={isSideBySide}
      />
    </>
  );
}

function useVersionText({ node, version, size }: Version, isEnabled: boolean) {
  return useQuery({ ...textQuery(useFileSource(), { id: node, version, size }, size), enabled: isEnabled });
}
