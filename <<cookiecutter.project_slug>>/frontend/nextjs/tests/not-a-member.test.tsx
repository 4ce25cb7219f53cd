import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { NotAMember } from "@/components/shell/not-a-member";
import { Providers } from "@/components/shell/providers";
import type { Me } from "@/lib/api/types";
import { acme, meAs } from "./render";

function renderFor(memberships: Me["memberships"]) {
  const me = {
    ...meAs("owner"),
    tenant: null,
    role: null,
    role_name: null,
    permissions: [],
    memberships,
  };
  render(
    <Providers>
      <NotAMember me={me} appUrl="http://localhost:3000" />
    </Providers>,
  );
}

test("somebody at another company's address is shown the way to their own", () => {
  renderFor([{ tenant: acme, role: "owner", role_name: "Owner" }]);

  const link = screen.getByRole("link", { name: /Acme Corp/ });
  expect(link).toHaveAttribute("href", "http://acme.localhost:3000/dashboard");
  expect(screen.getByRole("button", { name: "Log out" })).toBeVisible();
});

test("somebody without a company is told what to do", () => {
  renderFor([]);

  expect(screen.getByText(/Ask a colleague to invite you/)).toBeVisible();
  expect(screen.queryByRole("link")).toBeNull();
});
