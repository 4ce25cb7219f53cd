import encodeQR from "qr";

/** Dark on light in both colour schemes, as cameras want it. */
export function QrCode({ label, text }: { label: string; text: string }) {
  const rows = encodeQR(text, "raw");
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shapeRendering="crispEdges"
      className="mx-auto w-full max-w-52 rounded-lg bg-white"
    >
      <path d={rows.flatMap(squaresIn).join("")} fill="black" />
    </svg>
  );
}

function squaresIn(row: boolean[], y: number) {
  return row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""));
}
