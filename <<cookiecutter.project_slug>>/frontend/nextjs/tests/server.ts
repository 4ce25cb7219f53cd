import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";

/** Stands in for the backend. Each test says what it answers. */
export const server = setupServer(
  http.get("/api/v1/auth/csrf", () => {
    document.cookie = "csrftoken=token-from-server; path=/";
    return new HttpResponse(null, { status: 204 });
  }),
);

export function problem(status: number, body: object = {}) {
  return HttpResponse.json(
    { title: "Problem", detail: "That did not work.", status, ...body },
    { status, headers: { "content-type": "application/problem+json" } },
  );
}
