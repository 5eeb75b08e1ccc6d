import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconSearch, IconTextWrap } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { fileKind } from "../../../core/file-kind.ts";
import { strings } from "../strings/viewer.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { formatSize } from "../ui/format.ts";
import { useCodeView } from "./code/use-code-view.ts";
import { useFileSource } from "./file-source.ts";
import { textQuery } from "./load-bytes.ts";
import { Waiting } from "./preview.tsx";
import type { PreviewProps } from "./preview-props.ts";
import { Strip, StripButton, StripSpace, StripText } from "./strip.tsx";
import { lineBreakOf, type DecodedText } from "./text-encoding.ts";
import classes from "./text-preview.module.css";

/** What is read of a long text at a time. Bytes. */
const STEP = 1024 * 1024;

/** A text with its colours and line numbers: of a long one the beginning, and more where asked for (B15). */
export function TextPreview({ file, name, renderUnshown }: PreviewProps): ReactNode {
  const [limit, setLimit] = useState(STEP);
  const source = useFileSource();
  const { data, error, refetch, isFetching } = useQuery({
    ...textQuery(source, file, limit),
    placeholderData: keepPreviousData,
  });
  if (error) return <ErrorState error={error} title={strings.viewer.failed} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  if (data === null) return renderUnshown();
  const text = strings.viewer.text;
  const shown = Math.min(file.size, isFetching ? limit - STEP : limit);
  return (
    <Code name={name} decoded={data}>
      {shown < file.size && (
        <>
          <StripText>{text.partly(formatSize(shown), formatSize(file.size))}</StripText>
          <Button size="compact-sm" variant="light" loading={isFetching} onClick={() => setLimit(limit + STEP)}>
            {text.showMore}
          </Button>
        </>
      )}
    </Code>
  );
}

interface CodeProps {
  readonly name: string;
  readonly decoded: DecodedText;
  /** More about it, in the strip. */
  readonly children?: ReactNode;
}

function Code({ name, decoded, children }: CodeProps): ReactNode {
  const text = strings.viewer.text;
  const [wraps, setWraps] = useState(() => ["text", "markdown", "other"].includes(fileKind(name)));
  const { host, code } = useCodeView({
    text: decoded.text,
    lineBreak: lineBreakOf(decoded.text),
    name,
    label: text.content(name),
    wraps,
  });
  return (
    <div className={classes.column}>
      <Strip label={strings.viewer.actions}>
        <StripText>{text.encodings[decoded.encoding]}</StripText>
        {children}
        <StripSpace />
        <StripButton label={text.find} icon={IconSearch} onClick={() => code?.find()} />
        <StripButton label={text.wrap} icon={IconTextWrap} isOn={wraps} onClick={() => setWraps(!wraps)} />
      </Strip>
      <div ref={host} className={classes.code} data-no-swipe={!wraps || undefined} />
    </div>
  );
}
