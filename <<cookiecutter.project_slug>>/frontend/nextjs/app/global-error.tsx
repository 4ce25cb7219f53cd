"use client";

// Stands in for the root layout when that itself fails, so it can use nothing of it.
export default function GlobalError() {
  return (
    <html lang="en">
      <body
        style={{ fontFamily: "system-ui, sans-serif", padding: "4rem 1.5rem", textAlign: "center" }}
      >
        <h1>This page could not be shown</h1>
        <p>Please load it again in a moment.</p>
      </body>
    </html>
  );
}
