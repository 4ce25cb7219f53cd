import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { Providers } from "@/components/shell/providers";
import { TenantSwitcher } from "@/components/shell/tenant-switcher";
import { MeProvider } from "@/lib/api/me";
import { visit } from "@/lib/api/navigate";
import { acme, meAs, renderApp } from "./render";
import { problem, server } from "./server";

vi.mock("@/lib/api/navigate", () => ({ visit: vi.fn(), visitLogin: vi.fn() }));

const globex = { id: 2, slug: "globex", name: "Globex", host: "globex.localhost" };
const me = {
  ...meAs("owner"),
  memberships: [acme, globex].map((tenant) => ({ tenant, role: "owner", role_name: "Owner" })),
};

beforeEach(() => vi.mocked(visit).mockReset());

async function goToGlobex() {
  render(
    <Providers>
      <MeProvider me={me}>
        <TenantSwitcher />
      </MeProvider>
    </Providers>,
  );
  await userEvent.click(screen.getByRole("button", { name: /Switch company/ }));
  await userEvent.click(await screen.findByRole("menuitem", { name: /Globex/ }));
}

function told(path: string, sent: unknown[], answer: () => Response) {
  return http.post(`/api/v1/auth/${path}`, async ({ request }) => {
    sent.push(await request.json());
    return answer();
  });
}

const hostDecides = () => problem(409, { code: "host_decides" });

it("switches over at the product's own host, and loads everything afresh", async () => {
  const sent: unknown[] = [];
  server.use(told("switch-tenant", sent, () => HttpResponse.json({ tenant: globex })));

  await goToGlobex();

  await waitFor(() => expect(visit).toHaveBeenCalledExactlyOnceWith("/dashboard"));
  expect(sent).toEqual([{ tenant: "globex" }]);
});

it("is handed over at a company's own host", async () => {
  const sent: unknown[] = [];
  const url = "https://globex.localhost/api/v1/auth/handoff/start?from=acme.localhost";
  server.use(
    told("switch-tenant", sent, hostDecides),
    told("handoff", sent, () => HttpResponse.json({ url })),
  );

  await goToGlobex();

  await waitFor(() => expect(visit).toHaveBeenCalledExactlyOnceWith(url));
  expect(sent[1]).toEqual({ host: "globex.localhost", next: "/dashboard" });
});

it("goes by the product's own host where this login was handed over itself", async () => {
  server.use(
    told("switch-tenant", [], hostDecides),
    told("handoff", [], () => problem(403, { code: "login_bound" })),
  );

  await goToGlobex();

  const { protocol, port } = window.location;
  await waitFor(() =>
    expect(visit).toHaveBeenCalledExactlyOnceWith(
      `${protocol}//globex.localhost:${port}/api/v1/auth/handoff/start?next=%2Fdashboard`,
    ),
  );
});

it("says why it did not work", async () => {
  server.use(
    told("switch-tenant", [], () => problem(404, { detail: "There is no such company." })),
  );

  await goToGlobex();

  expect(await screen.findByRole("alert")).toHaveTextContent("There is no such company.");
  expect(visit).not.toHaveBeenCalled();
});

it("offers nothing to somebody who belongs to one company", () => {
  renderApp(<TenantSwitcher />);

  expect(screen.getByText("Acme Corp")).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
});
