import { useElementSize } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { strings } from "../strings/viewer.ts";
import { formatNumber } from "../ui/format.ts";
import { openPdf } from "./pdf/open-pdf.ts";
import { PdfPage } from "./pdf/pdf-page.tsx";
import classes from "./pdf-preview.module.css";
import { useFileSource } from "./file-source.ts";
import { Waiting } from "./preview.tsx";
import type { PreviewProps } from "./preview-props.ts";
import { Strip, StripButton, StripSpace, StripText } from "./strip.tsx";
import type { Size } from "./image-zoom.ts";

/** The pages of a PDF on canvases, those in view and their neighbours. */
export function PdfPreview({ file, name, renderUnshown }: PreviewProps): ReactNode {
  const source = useFileSource();
  const [opened, setOpened] = useState<Opened | "broken" | null>(null);
  const { id, version, size } = file;
  useEffect(() => {
    const { document, end } = openPdf(source, { id, version, size });
    let isEnded = false;
    document
      .then(async (pdf) => {
        const first = (await pdf.getPage(1)).getViewport({ scale: 1 });
        return { pdf, first: { width: first.width, height: first.height } };
      })
      .then(
        (answer) => {
          if (!isEnded) setOpened(answer);
        },
        () => {
          if (!isEnded) setOpened("broken");
        },
      );
    return () => {
      isEnded = true;
      end();
    };
  }, [source, id, version, size]);
  if (opened === null) return <Waiting />;
  if (opened === "broken") return renderUnshown();
  return <Pages {...opened} label={strings.viewer.pdf.content(name)} />;
}

interface Opened {
  readonly pdf: PDFDocumentProxy;
  /** The first page's size in points; what others have until they are read. */
  readonly first: Size;
}

/** Pixels between pages, and around them. */
const GAP = 16;
const ZOOMS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
/** A page is not made wider to fit. Pixels. */
const WIDEST = 900;

function Pages({ pdf, first, label }: Opened & { readonly label: string }): ReactNode {
  const text = strings.viewer.pdf;
  const [zoom, setZoom] = useState(1);
  const [sizes, setSizes] = useState<ReadonlyMap<number, Size>>(new Map());
  const { ref, width } = useElementSize<HTMLDivElement>();
  const scroll = useRef<HTMLDivElement | null>(null);
  const scale = Math.max(0.1, (Math.min(WIDEST, width - 2 * GAP) / first.width) * zoom);
  const sizeOf = (index: number): Size => sizes.get(index + 1) ?? first;
  const virtual = useVirtualizer({
    count: pdf.numPages,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => sizeOf(index).height * scale + GAP,
    overscan: 1,
    paddingStart: GAP,
  });
  useEffect(() => virtual.measure(), [virtual, scale, sizes]);
  const onSize = useCallback((number: number, { width, height }: Size) => {
    setSizes((before) => {
      const known = before.get(number);
      if (known?.width === width && known.height === height) return before;
      return new Map(before).set(number, { width, height });
    });
  }, []);
  const current = (virtual.getVirtualItemForOffset((virtual.scrollOffset ?? 0) + 200)?.index ?? 0) + 1;
  const step = (by: 1 | -1): void => {
    const next = by > 0 ? ZOOMS.find((each) => each > zoom) : ZOOMS.findLast((each) => each < zoom);
    if (next !== undefined) setZoom(next);
  };
  const widest = Math.max(first.width, ...[...sizes.values()].map((size) => size.width)) * scale;
  return (
    <div className={classes.column}>
      <Strip label={strings.viewer.actions}>
        <PageNumber
          current={current}
          all={pdf.numPages}
          onGo={(page) => virtual.scrollToIndex(page - 1, { align: "start" })}
        />
        <StripText>{text.of(pdf.numPages)}</StripText>
        <StripSpace />
        <StripButton
          label={strings.viewer.image.zoomOut}
          icon={IconZoomOut}
          isOff={zoom <= 0.25}
          onClick={() => step(-1)}
        />
        <StripText>{`${formatNumber(zoom * 100)} %`}</StripText>
        <StripButton label={strings.viewer.image.zoomIn} icon={IconZoomIn} isOff={zoom >= 4} onClick={() => step(1)} />
      </Strip>
      <div
        ref={(element) => {
          scroll.current = element;
          ref(element);
        }}
        className={classes.scroll}
        tabIndex={0}
        role="region"
        aria-label={label}
        data-no-swipe={zoom > 1 || undefined}
      >
        <div className={classes.pages} style={{ height: virtual.getTotalSize(), minWidth: widest + 2 * GAP }}>
          {width > 0 &&
            virtual.getVirtualItems().map(({ index, start }) => (
              <div key={index} className={classes.place} style={{ transform: `translateY(${start}px)` }}>
                <PdfPage
                  document={pdf}
                  number={index + 1}
                  scale={scale}
                  width={sizeOf(index).width * scale}
                  height={sizeOf(index).height * scale}
                  onSize={onSize}
                />
              </div>
            ))}
        </div>
      </div>
    </div>
  );
}

interface PageNumberProps {
  readonly current: number;
  readonly all: number;
  readonly onGo: (page: number) => void;
}

/** Which page is in view, and a way to another. */
function PageNumber({ current, all, onGo }: PageNumberProps): ReactNode {
  const [typed, setTyped] = useState<string | null>(null);
  const go = (): void => {
    const page = Number(typed);
    if (typed !== null && Number.isInteger(page) && page >= 1) onGo(Math.min(page, all));
    setTyped(null);
  };
  return (
    <input
      className={classes.number}
      aria-label={strings.viewer.pdf.pageNumber}
      inputMode="numeric"
      value={typed ?? String(current)}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onBlur={go}
      onKeyDown={(event) => {
        if (event.key === "Enter") go();
      }}
    />
  );
}
