import { TextLayer, type PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { strings } from "../../strings/viewer.ts";
import classes from "./pdf-page.module.css";

interface PdfPageProps {
  readonly document: PDFDocumentProxy;
  /** From 1. */
  readonly number: number;
  /** Pixels of the page of the app a PDF's point. */
  readonly scale: number;
  /** What is known of its size before it is read, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly onSize: (number: number, size: { readonly width: number; readonly height: number }) => void;
}

/** A canvas holds no more pixels on some phones. */
const MOST_PIXELS = 16_000_000;

/** A page, drawn; its text lies over it, unseen, to be selected and read out. */
export function PdfPage({ document: pdf, number, scale, width, height, onSize }: PdfPageProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = useRef<HTMLDivElement>(null);
  const [isBroken, setBroken] = useState(false);

  useEffect(() => {
    let stop: (() => void) | null = null;
    let isEnded = false;
    const draw = async (): Promise<void> => {
      const page = await pdf.getPage(number);
      if (isEnded || !canvas.current || !words.current) return;
      const viewport = page.getViewport({ scale });
      onSize(number, page.getViewport({ scale: 1 }));
      const density = Math.min(devicePixelRatio, Math.sqrt(MOST_PIXELS / (viewport.width * viewport.height)));
      canvas.current.width = Math.floor(viewport.width * density);
      canvas.current.height = Math.floor(viewport.height * density);
      const drawing = page.render({
        canvas: canvas.current,
        viewport,
        transform: [density, 0, 0, density, 0, 0],
      });
      words.current.replaceChildren();
      const text = new TextLayer({ textContentSource: page.streamTextContent(), container: words.current, viewport });
      stop = () => {
        drawing.cancel();
        text.cancel();
      };
      await Promise.all([drawing.promise, text.render()]);
    };
    draw().catch(() => {
      if (!isEnded) setBroken(true);
    });
    return () => {
      isEnded = true;
      stop?.();
    };
  }, [pdf, number, scale, onSize]);

  return (
    <div
      className={classes.page}
      style={{ width, height, "--total-scale-factor": scale, "--scale-factor": scale } as React.CSSProperties}
      role="group"
      aria-label={strings.viewer.pdf.page(number)}
    >
      <canvas ref={canvas} className={classes.canvas} />
      <div ref={words} className={classes.words} />
      {isBroken && <p className={classes.broken}>{strings.viewer.pdf.brokenPage}</p>}
    </div>
  );
}
