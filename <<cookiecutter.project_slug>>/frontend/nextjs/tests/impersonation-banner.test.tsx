import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { ImpersonationBanner } from "@/components/shell/impersonation-banner";
import { MeProvider } from "@/lib/api/me";
import { meAs } from "./render";

function renderFor(impersonated_by: string | null) {
  render(
    <MeProvider me={{ ...meAs("owner"), impersonated_by }}>
      <ImpersonationBanner />
    </MeProvider>,
  );
}

test("an operator who works as somebody is named all the time", () => {
  renderFor("root@product.test");

  expect(screen.getByRole("status")).toHaveTextContent("root@product.test works as Alice.");
});

test("people themselves see nothing of it", () => {
  renderFor(null);

  expect(screen.queryByRole("status")).toBeNull();
});
