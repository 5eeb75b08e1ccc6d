import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { strings } from "../strings/viewer.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { useFileSource } from "./file-source.ts";
import { textQuery } from "./load-bytes.ts";
import { markdownPage } from "./markdown-page.ts";
import classes from "./markdown-preview.module.css";
import { Waiting } from "./preview.tsx";
import type { PreviewProps } from "./preview-props.ts";
import { Strip } from "./strip.tsx";
import { TextPreview } from "./text-preview.tsx";

/** A Markdown text as the page that it describes, or as it is written. */
export function MarkdownPreview(props: PreviewProps): ReactNode {
  const { file, name, renderUnshown } = props;
  const text = strings.viewer.markdown;
  const [look, setLook] = useState<"page" | "text">("page");
  const source = useFileSource();
  const { data, error, refetch } = useQuery(textQuery(source, file, file.size));
  if (error) return <ErrorState error={error} title={strings.viewer.failed} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  if (data === null) return renderUnshown();
  return (
    <div className={classes.column}>
      <Strip label={text.look}>
        <SegmentedControl
          size="xs"
          aria-label={text.look}
          value={look}
          onChange={setLook}
          data={[
            { value: "page", label: text.asPage },
            { value: "text", label: text.asText },
          ]}
        />
      </Strip>
      <div className={classes.rest}>
        {look === "text" ? <TextPreview {...props} /> : <Page text={data.text} label={text.content(name)} />}
      </div>
    </div>
  );
}

function Page({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const article = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    article.current?.replaceChildren(markdownPage(text, strings.viewer.markdown.image));
  }, [text]);
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={label}>
      <article ref={article} className={classes.page} />
    </div>
  );
}
