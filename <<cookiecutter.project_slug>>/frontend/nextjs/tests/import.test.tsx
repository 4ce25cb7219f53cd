import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ImportContacts } from "@/components/contacts/import-contacts";
import { toCsv } from "@/lib/csv";
import type { Job } from "@/lib/api/types";
import { App, renderApp } from "./render";
import { problem, server } from "./server";

const replace = vi.fn();
vi.mock("next/navigation", () => ({ useRouter: () => ({ replace }) }));
vi.mock("@/lib/api/navigate", () => ({ visit: vi.fn(), visitLogin: vi.fn() }));

beforeEach(() => replace.mockReset());

function job(values: Partial<Job> = {}): Job {
  return {
    id: "j1",
    kind: "contacts.import",
    status: "queued",
    progress: { current: 0, total: null, percent: null, message: "" },
    result: null,
    error: null,
    created_at: "2026-11-03T10:00:00Z",
    started_at: null,
    finished_at: null,
    ...values,
  };
}

/** A job that is in these states one after the other, each time somebody asks. */
function jobThatIs(...states: Partial<Job>[]) {
  let asked = 0;
  server.use(
    http.get("/api/v1/jobs/j1", () => {
      const state = states[Math.min(asked++, states.length - 1)];
      return HttpResponse.json(job(state), { headers: { "Retry-After": "0.05" } });
    }),
  );
  return () => asked;
}

const noRows = { created: 0, duplicates: 0, failed: 0, errors: [] };

const csv = new File(["name,email\nAnn,ann@lee.test\n"], "people.csv", { type: "text/csv" });

describe("choosing a file", () => {
  it("sends it and follows the job it becomes", async () => {
    let sent = "";
    server.use(
      http.post("/api/v1/contacts/import", async ({ request }) => {
        sent = await request.text();
        return HttpResponse.json(job(), { status: 202 });
      }),
    );
    renderApp(<ImportContacts jobId={null} />);

    await userEvent.upload(screen.getByLabelText(/Choose a CSV file/), csv);

    await waitFor(() => expect(replace).toHaveBeenCalledExactlyOnceWith("/contacts/import?job=j1"));
    expect(sent).toContain('name="file"; filename="people.csv"');
    expect(sent).toContain("name,email\nAnn,ann@lee.test\n");
  });

  it("shows the job before the server has told more of it", async () => {
    const asked = vi.fn(() => HttpResponse.json(job({ status: "succeeded", result: noRows })));
    server.use(
      http.post("/api/v1/contacts/import", () => HttpResponse.json(job(), { status: 202 })),
      http.get("/api/v1/jobs/j1", asked),
    );
    const { rerender } = renderApp(<ImportContacts jobId={null} />);
    await userEvent.upload(screen.getByLabelText(/Choose a CSV file/), csv);
    await waitFor(() => expect(replace).toHaveBeenCalled());

    rerender(
      <App as="owner">
        <ImportContacts jobId="j1" />
      </App>,
    );

    expect(screen.getByRole("progressbar")).toBeVisible();
    expect(asked).not.toHaveBeenCalled();
    expect(
      await screen.findByText("The import is done", undefined, { timeout: 5_000 }),
    ).toBeVisible();
  });

  it.each([
    ["is not a CSV file", new File(["x"], "people.xlsx")],
    ["is empty", new File([], "people.csv")],
  ])("refuses one that %s without sending it", async (message, file) => {
    const sent = vi.fn(() => HttpResponse.json(job(), { status: 202 }));
    server.use(http.post("/api/v1/contacts/import", sent));
    renderApp(<ImportContacts jobId={null} />);

    fireEvent.change(screen.getByLabelText(/Choose a CSV file/), { target: { files: [file] } });

    expect(await screen.findByRole("alert")).toHaveTextContent(message);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sent).not.toHaveBeenCalled();
  });

  it("shows why the server refused it", async () => {
    server.use(
      http.post("/api/v1/contacts/import", () =>
        problem(400, {
          errors: [
            { pointer: "/file", detail: "The file has no column named email.", code: "invalid" },
          ],
        }),
      ),
    );
    renderApp(<ImportContacts jobId={null} />);

    await userEvent.upload(screen.getByLabelText(/Choose a CSV file/), csv);

    expect(await screen.findByRole("alert")).toHaveTextContent(
      "The file has no column named email.",
    );
    expect(screen.getByLabelText(/Choose a CSV file/)).toBeEnabled();
  });

  it("is not for viewers", () => {
    renderApp(<ImportContacts jobId={null} />, "viewer");

    expect(screen.queryByLabelText(/Choose a CSV file/)).toBeNull();
    expect(screen.getByRole("alert")).toHaveTextContent("Your role lets you look, not change.");
  });
});

describe("the job", () => {
  const running = (current: number): Partial<Job> => ({
    status: "running",
    progress: { current, total: 10_000, percent: current / 100, message: "" },
  });
  const result = {
    created: 9770,
    duplicates: 200,
    failed: 30,
    errors: [
      { line: 17, reason: "email: not an address" },
      { line: 4210, reason: "name: missing" },
    ],
  };

  it("is followed from waiting to done", async () => {
    const asked = jobThatIs({}, running(2500), running(7500), { status: "succeeded", result });
    renderApp(<ImportContacts jobId="j1" />);

    expect(await screen.findByText("Waiting for its turn")).toBeVisible();
    await waitFor(() =>
      expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "25"),
    );
    expect(screen.getByText("2,500 of 10,000 rows")).toBeVisible();
    await waitFor(() =>
      expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "75"),
    );

    expect(await screen.findByText("The import is done")).toBeVisible();
    expect(screen.getByText("Created").nextSibling).toHaveTextContent("9,770");
    expect(screen.getByText("Duplicates").nextSibling).toHaveTextContent("200");
    expect(screen.getByText("Failed").nextSibling).toHaveTextContent("30");
    const rows = within(screen.getByRole("region", { name: "Rows left out" })).getAllByRole("row");
    expect(rows.map((row) => row.textContent)).toEqual([
      "LineReason",
      "17email: not an address",
      "4210name: missing",
    ]);

    const total = asked();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(asked()).toBe(total);
  });

  it("that failed says why and lets the person start again", async () => {
    const error = { detail: "The file is not UTF-8." } as Job["error"];
    jobThatIs({ status: "failed", error });
    renderApp(<ImportContacts jobId="j1" />);

    expect(await screen.findByRole("alert")).toHaveTextContent("The file is not UTF-8.");
    await userEvent.click(screen.getByRole("button", { name: "Choose another file" }));

    expect(replace).toHaveBeenCalledExactlyOnceWith("/contacts/import");
  });

  it("that is not there says so", async () => {
    server.use(http.get("/api/v1/jobs/j1", () => problem(404, { detail: "No such job." })));
    renderApp(<ImportContacts jobId="j1" />);

    expect(await screen.findByRole("alert")).toHaveTextContent("No such job.");
  });
});

describe("the list of failed rows as CSV", () => {
  it("quotes what needs it and runs nothing as a formula", () => {
    expect(
      toCsv([
        ["line", "reason"],
        ["7", 'name: "x", y'],
        ["8", "=HYPERLINK()"],
      ]),
    ).toBe('\uFEFF"line","reason"\r\n"7","name: ""x"", y"\r\n"8","\'=HYPERLINK()"\r\n');
  });
});
