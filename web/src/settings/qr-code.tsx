import { useMemo, type ReactNode } from "react";
import { encode } from "uqr";

interface QrCodeProps {
  readonly text: string;
  /** Says what it is. */
  readonly label: string;
}

/** Pixels of one module: whole ones, so that all are equally large. */
const MODULE = 4;

/** A QR code, dark on light in every theme: not all cameras read it the other way round. */
export function QrCode({ text, label }: QrCodeProps): ReactNode {
  const { data, size: modules } = useMemo(() => encode(text, { ecc: "M", border: 3 }), [text]);
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg
      width={modules * MODULE}
      height={modules * MODULE}
      viewBox={`0 0 ${modules} ${modules}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={modules} height={modules} rx={2} fill="#fff" />
      <path d={path} fill="#10231d" />
    </svg>
  );
}
