import { http, HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { toApiError } from "@/lib/api/errors";
import { plain } from "@/lib/api/http";
import { problem, server } from "./server";

async function errorFrom(response: () => Response) {
  server.use(http.get("/api/v1/things", response));
  return plain.get("/api/v1/things").then(
    () => Promise.reject(new Error("expected an error")),
    (error: unknown) => toApiError(error),
  );
}

describe("toApiError", () => {
  it("reads a problem, its fields and the request it belongs to", async () => {
    const error = await errorFrom(() =>
      problem(400, {
        detail: "Some fields are wrong.",
        code: "invalid",
        request_id: "r-1",
        errors: [
          { pointer: "/email", detail: "Taken.", code: "unique" },
          { pointer: "#/address/city", detail: "Unknown.", code: "invalid" },
        ],
      }),
    );

    expect(error).toMatchObject({
      message: "Some fields are wrong.",
      status: 400,
      code: "invalid",
      requestId: "r-1",
      fields: { email: "Taken.", "address/city": "Unknown." },
    });
  });

  it("reads the errors of the account endpoints", async () => {
    const error = await errorFrom(() =>
      HttpResponse.json(
        { status: 400, errors: [{ message: "Too common.", code: "weak", param: "password" }] },
        { status: 400 },
      ),
    );

    expect(error).toMatchObject({
      message: "Too common.",
      status: 400,
      code: "weak",
      fields: { password: "Too common." },
    });
  });

  it("says so when the server cannot be reached", async () => {
    const error = await errorFrom(() => HttpResponse.error());

    expect(error.status).toBe(0);
    expect(error.message).toMatch(/cannot be reached/);
  });

  it("shows no HTML of a proxy in between", async () => {
    const error = await errorFrom(() => new HttpResponse("<h1>Bad gateway</h1>", { status: 502 }));

    expect(error.status).toBe(502);
    expect(error.message).toMatch(/^Something went wrong/);
  });
});
